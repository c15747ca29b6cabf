// The red pencil: what a rule would say is said beside the text, before it is sent.
import { afterPause, announce, find, make, replace } from "./dom.js";
import { fieldsOf, send } from "./net.js";
import { say } from "./phrases.js";

const STOPS = new Set(["block", "refuse"]);
const HIDDEN = "▒▒▒";

/** Offsets of the engine count characters; the browser counts UTF-16 units. */
function unitsOf(text, points) {
  const wanted = new Map(points.map((point) => [point, 0]));
  let point = 0;
  let unit = 0;
  for (const sign of text) {
    if (wanted.has(point)) wanted.set(point, unit);
    point += 1;
    unit += sign.length;
  }
  for (const each of wanted.keys()) if (each >= point) wanted.set(each, unit);
  return wanted;
}

function spansOf(text, hits) {
  const spans = hits.flatMap((hit) => hit.spans ?? []);
  const units = unitsOf(text, spans.flat());
  const sorted = spans.map(([from, to]) => [units.get(from), units.get(to)]).sort((a, b) => a[0] - b[0]);
  const apart = [];
  for (const [from, to] of sorted) {
    const last = apart.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

function underline(mirror, text, spans) {
  const pieces = [];
  let at = 0;
  for (const [from, to] of spans) {
    pieces.push(text.slice(at, from), make("mark", { className: "struck" }, text.slice(from, to)));
    at = to;
  }
  mirror.replaceChildren(...pieces, `${text.slice(at)}\n`);
}

/** One card for each place in the text: rules that struck the same words speak together. */
function grouped(hits) {
  const cards = [];
  for (const hit of hits) {
    const touches = ([from, to]) => (hit.spans ?? []).some(([start, end]) => start < to && from < end);
    const card = cards.find((each) => each.spans.some(touches));
    if (!card) cards.push({ head: hit, also: [], spans: [...(hit.spans ?? [])] });
    else {
      card.spans.push(...hit.spans);
      if (hit.title && hit.title !== card.head.title) card.also.push(hit.title);
    }
  }
  return cards;
}

function note({ head, also }, { fix, offer, sendOn, codeUrl }) {
  const offers = (head.offers ?? []).map((each) => offer(each, head));
  const title = head.title || say("check.title");
  const article = codeUrl && head.article ? make("a", { href: codeUrl, target: "_blank" }, head.article) : head.article;
  return make(
    "section", { className: "decision", data: { "aria-label": title } },
    make("h3", { className: "decision__title" }, title),
    make("p", {}, article ?? ""),
    make("p", {}, head.message),
    ...(also.length ? [make("p", { className: "decision__what" }, say("check.also", { what: [...new Set(also)].join(", ") }))] : []),
    make("div", { className: "buttons" }, fix(head), ...offers),
    ...(sendOn ? [make("p", { className: "decision__small" }, `${say("check.or")} `, sendOn)] : []),
  );
}

export function startPencil(form, area, mirror) {
  const notes = find("[data-notes]", form);
  const button = find("[data-send]", form);
  let judged = null; // {text, hits, act}: what was said of which text
  let agreed = null; // the text that its author sends as it is

  const pressed = (words, look, act) => {
    const made = make("button", { type: "button", className: look }, words);
    made.addEventListener("click", act);
    return made;
  };
  const fix = (hit) => pressed(say("check.fix"), hit === judged.hits[0] ? "button button--primary" : "button", () => {
    const [from, to] = spansOf(area.value, [hit])[0] ?? [area.value.length, area.value.length];
    area.focus();
    area.setSelectionRange(from, to);
  });
  const mask = (hit) => {
    for (const [from, to] of spansOf(area.value, [hit]).reverse()) replace(area, from, to, HIDDEN);
    later.now();
  };
  const offer = (each, hit) => {
    if (each.act === "mask") return pressed(each.name, "button", () => mask(hit));
    if (each.act) return make("button", { className: "button", name: "accept", value: each.act }, each.name);
    return make("a", { className: "button", href: each.url }, each.name);
  };
  const sendOn = (act) => pressed(say(act === "hold" ? "check.hold" : "check.anyway"), "link", () => {
    agreed = area.value;
    if (form.elements.seen) form.elements.seen.value = judged.hits.map((hit) => hit.rule).join(",");
    form.requestSubmit(button);
  });

  function show() {
    const { text, hits, act } = judged;
    underline(mirror, text, spansOf(text, hits));
    const means = { fix, offer, codeUrl: form.dataset.codeUrl };
    const cards = grouped(hits);
    const mayGo = !STOPS.has(act);
    notes.replaceChildren(
      ...cards.map((card) => note(card, { ...means, sendOn: mayGo && card === cards.at(-1) ? sendOn(act) : null })),
    );
    if (hits.length) announce(`${say("check.found", { count: hits.length })}. ${hits[0].message}`);
  }

  async function check(options = {}) {
    const text = area.value;
    if (judged?.text === text) return judged;
    if (text.trim().length < 3) judged = { text, hits: [], act: "allow" };
    else {
      const { hits = [], act = "allow" } = await send(form.dataset.checkUrl, fieldsOf(form), { form, ...options });
      if (area.value !== text) return null;
      judged = { text, hits, act };
    }
    show();
    return judged;
  }

  const later = afterPause(() => check().catch(() => {}), 1200);
  area.addEventListener("input", () => {
    notes.replaceChildren();
    later();
  });

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "accept") return; // the author takes an offer: the server acts on it
    const text = area.value;
    const isClear = judged?.text === text && !judged.hits.length;
    if (isClear || agreed === text) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    later.stop();
    const said = await check({ signal: AbortSignal.timeout?.(4000) }).catch(() => null);
    if (said?.hits.length) {
      const first = find(".button", notes);
      first.scrollIntoView({ block: "nearest" });
      first.focus({ preventScroll: true });
      return;
    }
    agreed = area.value; // clear, or the check did not come: the server judges in any case
    form.requestSubmit(button);
  });
}
