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

/** The title is another field: its places are chosen there, not underlined. */
function titleSpans(form, hits) {
  const title = form.elements.title?.value ?? "";
  const spans = hits.flatMap((hit) => hit.title_spans ?? []);
  const units = unitsOf(title, spans.flat());
  return spans.map(([from, to]) => [units.get(from), units.get(to)]).sort((a, b) => a[0] - b[0]);
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

/** A quarrel has no place in the text that could be mended: only the offers help. */
const isPlaced = (hit) => (hit.spans?.length ?? 0) + (hit.title_spans?.length ?? 0) > 0 || !hit.offers?.length;

function note({ head, also }, { fix, offer, sendOn, foretold, codeUrl }) {
  const offers = (head.offers ?? []).map((each) => offer(each, head));
  const title = head.title || say("check.title");
  const article = codeUrl && head.article ? make("a", { href: codeUrl, target: "_blank" }, head.article) : head.article;
  return make(
    "section", { className: "decision", data: { "aria-label": title } },
    make("h3", { className: "decision__title" }, title),
    make("p", {}, article ?? ""),
    make("p", {}, head.message),
    ...(also.length ? [make("p", { className: "decision__what" }, say("check.also", { what: [...new Set(also)].join(", ") }))] : []),
    ...(sendOn && foretold ? [make("p", { className: "decision__what" }, foretold)] : []),
    make("div", { className: "buttons" }, ...(isPlaced(head) ? [fix(head), ...offers] : offers)),
    ...(sendOn ? [make("p", { className: "decision__small" }, `${say("check.or")} `, sendOn)] : []),
  );
}

export function startPencil(form, area, mirror) {
  const notes = find("[data-notes]", form);
  const button = find("[data-send]", form);
  let judged = null; // {text, hits, act}: what was said of which text
  let agreed = null; // the text that its author sends as it is

  const isSame = () => judged?.text === area.value && judged.title === form.elements.title?.value;
  const whole = () => `${form.elements.title?.value ?? ""}\n${area.value}`;
  const pressed = (words, look, act) => {
    const made = make("button", { type: "button", className: look }, words);
    made.addEventListener("click", act);
    return made;
  };
  const look = (hit, first) => (first && hit === judged.hits[0] ? "button button--primary" : "button");
  const fix = (hit) => pressed(say("check.fix"), look(hit, true), () => {
    const [from, to] = spansOf(area.value, [hit])[0] ?? [];
    const [start, end] = titleSpans(form, [hit])[0] ?? [];
    const field = from === undefined && start !== undefined ? form.elements.title : area;
    field.focus();
    field.setSelectionRange(from ?? start ?? area.value.length, to ?? end ?? area.value.length);
  });
  const mask = (hit) => {
    for (const [from, to] of titleSpans(form, [hit]).reverse()) form.elements.title.setRangeText(HIDDEN, from, to);
    judged = null;
    for (const [from, to] of spansOf(area.value, [hit]).reverse()) replace(area, from, to, HIDDEN);
    later.now();
  };
  const offer = (each, hit) => {
    const className = look(hit, !isPlaced(hit) && each === hit.offers[0]);
    if (each.act === "mask") return pressed(each.name, className, () => mask(hit));
    if (each.act) return make("button", { className, name: "accept", value: each.act }, each.name);
    return make("a", { className, href: each.url }, each.name);
  };
  const sendOn = (act) => pressed(say(act === "hold" ? "check.hold" : "check.anyway"), "link", () => {
    agreed = whole();
    if (form.elements.seen) form.elements.seen.value = judged.hits.map((hit) => hit.rule).join(",");
    setTimeout(() => form.requestSubmit(button)); // while this event is being told, a form sends nothing
  });

  function show() {
    const { text, hits, act, foretold } = judged;
    form.elements.title?.setAttribute("aria-invalid", String(titleSpans(form, hits).length > 0));
    underline(mirror, text, spansOf(text, hits));
    const means = { fix, offer, foretold, codeUrl: form.dataset.codeUrl };
    const cards = grouped(hits);
    const mayGo = !STOPS.has(act);
    notes.replaceChildren(
      ...cards.map((card) => note(card, { ...means, sendOn: mayGo && card === cards.at(-1) ? sendOn(act) : null })),
    );
    if (hits.length) announce(`${say("check.found", { count: hits.length })}. ${hits[0].message}`);
  }

  async function check(options = {}) {
    const text = area.value;
    if (judged && isSame()) return judged;
    const title = form.elements.title?.value;
    if (text.trim().length < 3) judged = { text, title, hits: [], act: "allow" };
    else {
      const said = await send(form.dataset.checkUrl, fieldsOf(form), { form, ...options });
      if (area.value !== text || form.elements.title?.value !== title) return null;
      judged = { hits: [], act: "allow", ...said, text, title };
    }
    show();
    return judged;
  }

  const later = afterPause(() => check().catch(() => {}), 1200);
  const again = () => {
    notes.replaceChildren();
    later();
  };
  area.addEventListener("input", again);
  form.elements.title?.addEventListener("input", again);

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "accept") return; // the author takes an offer: the server acts on it
    if ((isSame() && !judged.hits.length) || agreed === whole()) return;
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
    agreed = whole(); // clear, or the check did not come: the server judges in any case
    setTimeout(() => form.requestSubmit(button)); // while this event is being told, a form sends nothing
  });
}
