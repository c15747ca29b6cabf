// Small words for the document.
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Make an element: `make("p", {className: "x"}, "text", child)`. */
export function make(tag, traits = {}, ...children) {
  const { data = {}, ...rest } = traits;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(data)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Call `act` after a pause in calls; `now()` calls at once. */
export function afterPause(act, pause) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  };
  wait.now = () => {
    clearTimeout(timer);
    return act();
  };
  wait.stop = () => clearTimeout(timer);
  return wait;
}

/** Replace `from…to` of a textarea so that Ctrl+Z still takes it back. */
export function replace(area, from, to, text) {
  area.focus();
  area.setSelectionRange(from, to);
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!typed || area.value.slice(from, from + text.length) !== text) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Tell a screen reader something that others see. */
export function announce(words) {
  let region = find("#announcer");
  if (!region) {
    region = make("div", { id: "announcer", className: "visually-hidden", data: { "aria-live": "polite" } });
    document.body.append(region);
  }
  region.textContent = words;
}
