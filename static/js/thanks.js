// «Спасибо» is a button of a plain form; here it only spares the reload.
import { announce, find } from "./dom.js";
import { say } from "./phrases.js";
import { send } from "./net.js";

async function thank(button) {
  button.disabled = true;
  try {
    const { thanks, thanked } = await send(button.formAction, new URLSearchParams());
    button.setAttribute("aria-pressed", String(thanked));
    find("[data-count]", button).textContent = thanks ? `\u00a0${thanks}` : "";
    announce(button.textContent);
  } catch {
    announce(say("thanks.failed"));
  }
  button.disabled = false;
  button.focus();
}

export function startThanks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-thanks]");
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) thank(button);
  });
}
