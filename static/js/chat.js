// A chat: lines come by themselves, words go by the form. Without this file it is a page that posts.
import { afterPause, all, announce, find, make } from "./dom.js";
import { sayTyping, unwatch, watch } from "./live.js";
import { send, token } from "./net.js";
import { say } from "./phrases.js";

const NEAR = 160; // pixels from the end within which the log follows what comes
const READ_EVERY = 2_500;
const TYPING_SHOWN = 4_000;
const me = () => Number(find('meta[name="actor"]')?.content);

class Log {
  constructor(box) {
    this.box = box;
    this.groups = new Set(box.dataset.groups.split(" "));
    this.isEnd = box.dataset.isEnd === "1";
    this.seqs = new Map();
    this.last = Number(box.dataset.last);
  }

  /** What scrolls: the log itself, or on a phone the page. */
  get scroller() {
    return getComputedStyle(this.box).overflowY === "visible" ? document.scrollingElement : this.box;
  }

  get isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Show a line as this reader may see it; acts of others are taken out. */
  #own(html, author) {
    const frame = make("template");
    frame.innerHTML = html; // rendered and cleaned by the server, as the page itself
    const line = frame.content.firstElementChild;
    const mine = author === me();
    const shown = new Set([...this.groups, mine ? "mine" : "others"]);
    for (const each of all("[data-for]", line)) {
      if (shown.has(each.dataset.for)) each.hidden = false;
      else each.remove();
    }
    line.classList.toggle("line--mine", mine);
    return line;
  }

  put({ id, seq, place, author, html }) {
    if (!html || place === 1 || (this.seqs.get(id) ?? 0) >= seq) return false;
    this.seqs.set(id, seq);
    const line = this.#own(html, author);
    const old = find(`[data-line="${id}"]`);
    if (old) {
      const thanked = find("[data-thanks]", old)?.getAttribute("aria-pressed");
      if (thanked) find("[data-thanks]", line)?.setAttribute("aria-pressed", thanked);
      if (!this.box.contains(old)) old.closest(".chat__waiting")?.remove(); // it was let through
      else {
        const focused = old.contains(document.activeElement);
        old.replaceWith(line);
        if (focused) line.focus({ preventScroll: true });
        return false;
      }
    }
    if (!this.isEnd) return false;
    find("[data-empty]", this.box)?.remove();
    const after = all("[data-line]", this.box).reverse().find((each) => Number(each.dataset.number) < place);
    if (after) after.after(line);
    else this.box.prepend(line);
    this.last = Math.max(this.last, place);
    return author !== me();
  }
}

function startReading(thread, log) {
  let told = log.last;
  const tell = () => {
    if (document.visibilityState !== "visible" || log.last <= told || !log.isNearEnd) return;
    told = log.last;
    send(`/live/threads/${thread}/read`, new URLSearchParams({ place: told })).catch(() => {});
  };
  return setInterval(tell, READ_EVERY);
}

function startHere() {
  const list = find("[data-here]");
  const count = find("[data-here-count]");
  const people = new Map();
  return (told) => {
    if (told.all) people.clear();
    for (const [id, name] of told.all ?? told.in ?? []) people.set(id, name);
    for (const id of told.out ?? []) people.delete(id);
    const names = [...people].sort((a, b) => a[1].localeCompare(b[1], "ru"));
    list?.replaceChildren(...names.map(([id, name]) => make("li", {}, make("a", { className: "person", href: `/people/${id}` }, name))));
    if (count) count.textContent = say("chat.here", { count: people.size });
  };
}

function startTyping(state, names) {
  const show = () => {
    const now = Date.now();
    for (const [id, { until }] of names) if (until < now) names.delete(id);
    const shown = [...names.values()].map(({ name }) => name);
    state.typing = shown.length > 2 ? say("chat.typing.many") : shown.map((name) => say("chat.typing", { name })).join(" ");
    state.show();
  };
  state.ticking = setInterval(() => names.size && show(), 1000);
  return (told) => {
    if (told.id === me()) return;
    names.set(told.id, { name: told.name, until: Date.now() + TYPING_SHOWN });
    show();
  };
}

/** One quiet line under the log: who writes, what waits below, whether the connection stands. */
class State {
  constructor(place, log) {
    Object.assign(this, { place, log, typing: "", trouble: "", fresh: 0 });
  }

  show() {
    const words = this.trouble || this.typing;
    if (this.fresh) {
      const button = make("button", { type: "button", className: "button button--small" }, say("chat.below", { count: this.fresh }));
      button.addEventListener("click", () => this.log.toEnd());
      this.place.replaceChildren(button, words ? ` ${words}` : "");
    } else if (this.place.textContent !== words) this.place.textContent = words;
  }
}

/** Draw a decision of the rules beside the words, as the server's card does. */
function cardOf(decision, words) {
  const offers = (decision?.offers ?? []).map((each) => {
    const look = each.primary ? "button button--primary" : "button";
    if (each.accept) return make("button", { className: look, name: "accept", value: each.accept }, each.name);
    return make("a", { className: look, href: each.url }, each.name);
  });
  const title = decision?.title ?? words;
  return make("section", { className: "decision", data: { "aria-label": title } },
    make("h3", { className: "decision__title" }, title),
    ...(decision?.article ? [make("p", {}, decision.article)] : []),
    ...(decision?.message ? [make("p", {}, decision.message)] : []),
    ...(offers.length ? [make("div", { className: "buttons" }, ...offers)] : []),
  );
}

function startForm(form, watching, log) {
  const area = find(".composer__text", form);
  const notes = find("[data-notes]", form);
  const button = find("[data-send]", form);
  const release = () => button.removeAttribute("aria-disabled");

  let busy = false;
  let again = false;

  /** The words are taken: what was typed after them meanwhile stays. */
  function taken(sent) {
    area.value = area.value.startsWith(sent) ? area.value.slice(sent.length) : area.value;
    if (form.elements.seen) form.elements.seen.value = "";
    if (form.elements.parent_id) form.elements.parent_id.value = "";
    find("[data-reply-to]", form)?.remove();
    find("[data-files]", form)?.replaceChildren();
    notes.replaceChildren();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new CustomEvent("composer:sent"));
    area.focus();
  }

  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    again = busy;
    if (busy) return;
    busy = true;
    const sent = area.value;
    let answer;
    try {
      answer = await send(form.action, new FormData(form, event.submitter ?? undefined), { form });
    } catch (refusal) {
      form.dispatchEvent(new CustomEvent("composer:kept"));
      const { decision, seen, error } = refusal.answer;
      if (form.elements.seen && seen !== undefined) form.elements.seen.value = seen;
      notes.replaceChildren(cardOf(decision, error || say("chat.unsent")));
      announce(decision?.message || error || say("chat.unsent"));
      busy = false;
      return release();
    }
    taken(sent);
    busy = false;
    release();
    if (answer.state === "held") return location.assign(answer.url.split("#")[0]);
    if (again && area.value.trim()) form.requestSubmit(button);
    again = false;
    await watching.catchUp();
    log.toEnd();
  });

  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.defaultPrevented || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (area.value.trim()) form.requestSubmit(button);
  });

  const typing = afterPause(() => {}, 2500);
  let last = 0;
  area.addEventListener("input", () => {
    if (!area.value || Date.now() - last < 2500) return;
    last = Date.now();
    sayTyping(watching.thread);
    typing();
  });

  log.box.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-answer]");
    if (!link) return;
    event.preventDefault();
    const line = link.closest("[data-line]");
    form.elements.parent_id.value = line.dataset.line;
    find("[data-reply-to]", form)?.remove();
    const cancel = make("button", { type: "button", className: "link" }, say("reply.cancel"));
    cancel.addEventListener("click", () => {
      form.elements.parent_id.value = "";
      find("[data-reply-to]", form)?.remove();
      area.focus();
    });
    form.prepend(make("p", { className: "composer__to", data: { "data-reply-to": "" } }, `${say("reply.to")} `, make("a", { href: `#entry-${line.dataset.line}` }, line.dataset.author), " · ", cancel));
    area.focus();
  });
}

/** Begin to follow the chat of the page; return what ends it, for a page that goes on to another. */
export function startChat() {
  const box = find("[data-chat]");
  if (!box) return () => {};
  const log = new Log(box);
  const thread = Number(box.dataset.chat);
  const form = find("[data-composer]");
  const state = new State(find("[data-chat-state]"), log);
  const start = find("[data-new-line]", box);
  if (log.isEnd && !location.hash && !start) log.toEnd();
  else if (start && !location.hash) box.scrollTop = start.offsetTop - box.offsetTop - NEAR / 2;
  if (form && !location.hash && matchMedia("(max-width: 760px)").matches) box.scrollIntoView({ block: "start" });
  const scrolled = () => {
    if (!state.fresh || !log.isNearEnd) return;
    state.fresh = 0;
    state.show();
  };
  box.addEventListener("scroll", scrolled);
  addEventListener("scroll", scrolled, { passive: true });
  const writing = new Map(); // who is writing now
  const watching = watch(thread, Number(box.dataset.seq), {
    news(told) {
      for (const { author } of told.lines) if (writing.delete(author)) state.typing = "";
      const follow = log.isNearEnd;
      const came = told.lines.filter((each) => log.put(each)).length;
      if (follow) log.toEnd();
      else if (came) state.fresh += came;
      state.show();
      if (told.state !== undefined && told.state !== (box.dataset.state ??= told.state)) location.reload();
    },
    here: startHere(),
    typing: startTyping(state, writing),
    stale: () => location.reload(),
    gone: () => trouble(say("chat.gone")),
    out: () => trouble(say("chat.out")),
    state(up) {
      state.trouble = up ? "" : say("chat.slow");
      state.show();
    },
  });
  const trouble = (words) => {
    state.trouble = words;
    state.show();
    announce(state.trouble);
  };
  const reading = startReading(thread, log);
  if (form && token()) startForm(form, watching, log);
  return () => {
    clearInterval(reading);
    clearInterval(state.ticking);
    removeEventListener("scroll", scrolled);
    unwatch(thread);
  };
}
