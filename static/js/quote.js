// Quote a fragment with a link back; reply without leaving the page.
import { all, find, make, replace } from "./dom.js";
import { say } from "./phrases.js";

const composer = () => find("[data-composer]");
const evidence = () => find("#remove [name=quote]"); // a moderator marks the words that break an article
const parentField = (form) => form.elements.parent_id ?? form.elements.parent;

function chosenIn(entry) {
  const selection = getSelection();
  const text = entry && find("[data-text]", entry);
  if (!text || selection.isCollapsed || !selection.rangeCount) return "";
  const range = selection.getRangeAt(0);
  return text.contains(range.commonAncestorContainer) ? selection.toString().trim() : "";
}

function entryOfSelection() {
  const node = getSelection().anchorNode;
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return element?.closest?.(".entry") ?? null;
}

/** Hang the reply on this entry and say so over the field. */
function aim(form, entry) {
  const field = parentField(form);
  if (!field) return;
  field.value = entry?.dataset.entry ?? "";
  let line = find("[data-reply-to]", form);
  if (!entry) return line?.remove();
  if (!line) {
    line = make("p", { className: "composer__to", data: { "data-reply-to": "" } });
    form.prepend(line);
  }
  const cancel = make("button", { type: "button", className: "link" }, say("reply.cancel"));
  cancel.addEventListener("click", () => aim(form, null));
  const back = make("a", { href: `#${entry.id}` }, say("quote.wrote", { name: entry.dataset.author, number: entry.dataset.number }));
  line.replaceChildren(`${say("reply.to")} `, back, " · ", cancel);
}

function quote(entry, fragment) {
  const form = composer();
  const area = find(".composer__text", form);
  const who = say("quote.wrote", { name: entry.dataset.author, number: entry.dataset.number });
  const url = new URL(find("[data-permalink]", entry).href);
  const rows = fragment.split(/\n+/).map((row) => `> ${row.trim()}`);
  const block = `> [${who}](${url.pathname}${url.search}${url.hash})\n>\n${rows.join("\n>\n")}\n\n`;
  const gap = area.value.trim() && !area.value.endsWith("\n\n") ? "\n\n" : "";
  if (!parentField(form)?.value) aim(form, entry);
  replace(area, area.value.length, area.value.length, gap + block);
  form.scrollIntoView({ block: "center" });
}

function take(fragment) {
  const field = evidence();
  field.value = fragment.replace(/\s+/g, " ").slice(0, field.maxLength > 0 ? field.maxLength : undefined);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** The button beside the quotation takes what is marked in the text; without a mark it says how. */
function startTaking() {
  const button = find("[data-take-marked]");
  if (!button) return;
  const told = find("[data-take-told]", button.parentElement);
  button.parentElement.hidden = false;
  let marked = ""; // a touch on the button may take the selection away before the click
  document.addEventListener("selectionchange", () => {
    const fragment = chosenIn(entryOfSelection());
    if (fragment || !button.matches(":hover, :focus, :active")) marked = fragment;
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    told.textContent = marked ? "" : say("quote.mark");
    if (marked) take(marked);
  });
}

function floating() {
  const words = evidence() ? say("quote.take") : say("quote");
  const button = make("button", { type: "button", className: "button button--small button--primary quote-button", hidden: true }, words);
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const entry = entryOfSelection();
    const fragment = chosenIn(entry);
    button.hidden = true;
    if (!fragment) return;
    if (evidence()) take(fragment);
    else quote(entry, fragment);
  });
  document.body.append(button);
  document.addEventListener("selectionchange", () => {
    const entry = entryOfSelection();
    if (!chosenIn(entry)) {
      button.hidden = true;
      return;
    }
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    button.hidden = false;
    button.style.left = `${Math.max(8, box.left + scrollX)}px`;
    button.style.top = `${box.bottom + scrollY + 8}px`;
  });
}

export function startQuotes() {
  if (!find("[data-text]") || !(composer() || evidence())) return;
  floating();
  startTaking();
  if (!composer()) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-quote], [data-reply]");
    const form = composer();
    if (!link || event.ctrlKey || event.metaKey || event.button) return;
    const entry = link.closest(".entry");
    if (link.hasAttribute("data-quote")) {
      event.preventDefault();
      quote(entry, chosenIn(entry) || find("[data-text]", entry).innerText.trim().slice(0, 1000));
    } else if (parentField(form)) {
      event.preventDefault();
      aim(form, entry);
      form.scrollIntoView({ block: "center" });
      find(".composer__text", form).focus({ preventScroll: true });
    }
  });
  for (const line of all("[data-reply-to]")) {
    const field = parentField(composer());
    const entry = field?.value && find(`[data-entry="${CSS.escape(field.value)}"]`);
    if (entry && composer().contains(line)) aim(composer(), entry);
  }
}
