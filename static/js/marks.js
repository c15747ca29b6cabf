// The bar over the text writes Markdown for those who do not know it.
import { all, replace } from "./dom.js";
import { say } from "./phrases.js";

function wrap(area, mark, words) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to).trim() || words;
  const isMarked = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  if (isMarked) return replace(area, from - mark.length, to + mark.length, value.slice(from, to));
  replace(area, from, to, mark + chosen + mark);
  area.setSelectionRange(from + mark.length, from + mark.length + chosen.length);
}

function lines(area, sign, words) {
  const { selectionStart, selectionEnd, value } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd);
  const to = end < 0 ? value.length : end;
  const rows = (value.slice(from, to) || words).split("\n");
  const isMarked = rows.every((row) => row.startsWith(sign));
  const text = rows.map((row) => (isMarked ? row.slice(sign.length) : sign + row)).join("\n");
  const gap = !isMarked && from > 1 && value.slice(from - 2, from) !== "\n\n" ? "\n" : "";
  replace(area, from, to, gap + text);
}

function link(area) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to).trim();
  const isAddress = /^https?:\/\/\S+$/.test(chosen);
  const words = isAddress || !chosen ? say("mark.link") : chosen;
  const address = isAddress ? chosen : "https://";
  replace(area, from, to, `[${words}](${address})`);
  const start = isAddress || !chosen ? from + 1 : from + words.length + 3;
  area.setSelectionRange(start, start + (isAddress || !chosen ? words.length : address.length));
}

const MARKS = {
  bold: (area) => wrap(area, "**", say("mark.bold")),
  italic: (area) => wrap(area, "*", say("mark.italic")),
  list: (area) => lines(area, "- ", say("mark.item")),
  quote: (area) => lines(area, "> ", ""),
  link,
};
const KEYS = { KeyB: "bold", KeyI: "italic" };

/** On Enter a list or a quotation goes on; an empty item ends it. */
function goOn(area, event) {
  const { selectionStart: at, selectionEnd, value } = area;
  if (at !== selectionEnd) return;
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const found = /^(\s*)(- |> |(\d+)\. )(.*)$/.exec(value.slice(from, at));
  if (!found) return;
  event.preventDefault();
  const [, indent, sign, number, rest] = found;
  if (!rest.trim()) return replace(area, from, at, "");
  replace(area, at, at, `\n${indent}${number ? `${Number(number) + 1}. ` : sign}`);
}

export function startMarks(form, area) {
  for (const button of all("[data-mark]", form)) {
    button.addEventListener("click", () => MARKS[button.dataset.mark](area));
  }
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) return goOn(area, event);
    const mark = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.code];
    if (!mark) return;
    event.preventDefault();
    MARKS[mark](area);
  });
}
