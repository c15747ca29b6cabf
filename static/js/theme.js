// The switches of theme and vision act at once; the server keeps the choice.
import { announce, find } from "./dom.js";
import { say } from "./phrases.js";
import { fieldsOf, send } from "./net.js";

function set(name, value) {
  const root = document.documentElement;
  if (value) root.setAttribute(name, value);
  else root.removeAttribute(name);
}

function apply(chosen) {
  const on = chosen.get("vision_on");
  set("data-theme", chosen.get("theme"));
  set("data-vision", on && "on");
  set("data-size", on && chosen.get("vision_size"));
  set("data-spacing", on && chosen.get("vision_spacing"));
  set("data-scheme", on && chosen.get("vision_scheme"));
  set("data-pictures", on && chosen.get("vision_pictures"));
}

export function startView() {
  const form = find("[data-view]");
  form?.addEventListener("change", (event) => {
    if (event.target.name.startsWith("vision_") && event.target.name !== "vision_on") {
      form.elements.vision_on.checked = true;
    }
    const chosen = fieldsOf(form);
    apply(chosen);
    send(form.action, chosen, { form }).catch(() => announce(say("view.failed")));
  });
}
