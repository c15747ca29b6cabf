// One-key moves of the desk: each presses a button that stands on the page. By the place of the key, so the
// layout does not matter; off while something is typed, and switched off by whoever does not want them.
import { find } from "./dom.js";
import { shelf } from "./shelf.js";

const SWITCH = "desk-keys-off";
const KEYS = new Set(["KeyY", "KeyU", "KeyG", "KeyC"]);
const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");

export function startDeskKeys(root) {
  const box = find("[data-desk-keys-on]", root);
  if (!box) return;
  const show = () => root.classList.toggle("desk--keys-off", !box.checked);
  box.checked = !shelf.read(SWITCH);
  box.addEventListener("change", () => {
    if (box.checked) shelf.drop(SWITCH);
    else shelf.write(SWITCH, true);
    show();
  });
  show();
  document.addEventListener("keydown", (event) => {
    if (!box.checked || !KEYS.has(event.code) || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target)) return;
    const button = find(`[data-key="${event.code}"]`, root);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
