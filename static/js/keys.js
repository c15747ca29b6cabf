// Keys for those who read much. Places on the keyboard, not letters: the Russian layout has them too.
import { all, find, make } from "./dom.js";
import { say } from "./phrases.js";
import { shelf } from "./shelf.js";

const SWITCH = "keys-off";
const isOn = () => !shelf.read(SWITCH);
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
const stops = () => all(".entry, [data-news]");

function go(target) {
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

function step(by) {
  const places = stops();
  const here = places.findIndex((place) => place.contains(document.activeElement));
  if (here >= 0) return go(places[here + by]);
  const below = places.findIndex((place) => place.getBoundingClientRect().top >= 0);
  go(places[by > 0 ? below : below - 1]);
}

function nextUnread() {
  const news = all("[data-news]");
  const list = news.length ? news : all(".entry--new");
  const here = list.findIndex((place) => place.contains(document.activeElement));
  const next = list[here + 1];
  if (next) return go(next);
  find("[data-next-news], .pages [rel=next]")?.click();
}

function reply() {
  const entry = document.activeElement.closest?.(".entry");
  const link = entry && find("[data-reply]", entry);
  if (link) link.click();
  else find(".composer__text")?.focus();
}

function table() {
  const keys = [
    [["j", "k"], "move"], [["r"], "reply"], [["n"], "next"], [["/"], "search"],
    [["Ctrl", "Enter"], "send"], [["Esc"], "escape"], [["?"], "help"],
  ];
  const list = make("dl", { className: "keys" });
  for (const [names, meaning] of keys) {
    const term = make("dt");
    names.forEach((name) => term.append(make("kbd", {}, name), " "));
    list.append(term, make("dd", {}, say(`keys.${meaning}`)));
  }
  return list;
}

export function showKeys() {
  let dialog = find("#keys");
  if (!dialog) {
    const close = make("button", { className: "button button--small" }, say("keys.close"));
    const box = make("input", { type: "checkbox", checked: isOn() });
    box.addEventListener("change", () =>
      box.checked ? shelf.drop(SWITCH) : shelf.write(SWITCH, true));
    dialog = make(
      "dialog", { id: "keys", className: "dialog", data: { "aria-labelledby": "keys-title" } },
      make("form", { method: "dialog", className: "dialog__head" }, make("h2", { id: "keys-title" }, say("keys.title")), close),
      table(),
      make("label", { className: "check" }, box, make("span", {}, say("keys.on"))),
    );
    document.body.append(dialog);
  }
  dialog.showModal();
}

const BY_PLACE = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyN: nextUnread,
  KeyR: reply,
  Slash: () => {
    const field = find("#top-search");
    if (field?.offsetParent) field.focus();
    else find(".top__find")?.click();
  },
};

export function startKeys() {
  for (const place of all("[data-keys-open]")) {
    place.hidden = false;
    place.addEventListener("click", showKeys);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      return showKeys();
    }
    const act = !event.shiftKey && isOn() && BY_PLACE[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
