// A text in progress is never lost: to the server every few seconds, to the device at once.
// The copy on the device lives only until the server has it, for computers at school are shared.
import { afterPause, find, make } from "./dom.js";
import { clock, say } from "./phrases.js";
import { fieldsOf, send } from "./net.js";
import { shelf } from "./shelf.js";

const PREFIX = "draft:";
const owner = () => find('meta[name="actor"]')?.content ?? "0";
const keyOf = (place) => `${PREFIX}${owner()}:${place}`;

/** After a form was taken (the server answered by sending us on), drop the copies that it held. */
export function forgetSent() {
  const came = performance.getEntriesByType("navigation")[0];
  if (came?.type !== "navigate" || !came.redirectCount) return;
  for (const key of shelf.keys()) {
    if (key.startsWith(PREFIX) && shelf.read(key)?.sent) shelf.drop(key);
  }
}

function chooser(box, words, other, area, done) {
  const take = (text) => () => {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    box.hidden = true;
    area.focus();
    done();
  };
  const button = (name, act, look = "button button--small") => {
    const made = make("button", { type: "button", className: look }, say(name));
    made.addEventListener("click", act);
    return made;
  };
  const mine = area.value;
  box.replaceChildren(
    make("p", {}, words),
    make("p", { className: "letter" }, other.length > 400 ? `${other.slice(0, 400)}…` : other),
    make("p", { className: "buttons" },
      button("draft.take", take(other)),
      button("draft.leave", take(mine)),
      button("draft.both", take(`${mine}\n\n${other}`)),
    ),
  );
  box.hidden = false;
}

/** Keep the draft of one composer. Returns `flush`, which sends what is not yet there. */
export function keepDraft(form, area) {
  const url = form.dataset.draftUrl;
  const key = keyOf(form.dataset.place);
  const status = find("[data-status]", form);
  const box = find("[data-merge]", form);
  let known = form.dataset.draftAt ?? "";
  let saved = fieldsOf(form).toString();
  let busy = false;
  let leaving = false;

  const tell = (words, warn = false) => {
    status.textContent = words;
    status.classList.toggle("composer__status--warn", warn);
  };

  async function flush(options = {}) {
    const fields = fieldsOf(form);
    const now = fields.toString();
    if (!url || busy || leaving || now === saved) return;
    busy = true;
    fields.set("draft_base", known);
    try {
      const answer = await send(url, fields, { form, ...options });
      known = answer.saved_at ?? known;
      saved = now;
      tell(say("draft.saved", { time: clock() }));
      if (fieldsOf(form).toString() === now) shelf.drop(key);
      else later();
    } catch (refusal) {
      refused(refusal);
    }
    busy = false;
  }

  function refused(refusal) {
    if (refusal.status === 409 && refusal.answer.text !== undefined) {
      known = refusal.answer.saved_at ?? "";
      const time = clock(new Date(known || Date.now()));
      chooser(box, say("draft.elsewhere", { time }), refusal.answer.text, area, later.now);
    } else if (refusal.status === 0 || refusal.status >= 500) tell(say("draft.offline"), true);
    else if (refusal.status === 401 || refusal.status === 400) tell(say("draft.stale"), true);
    else tell(refusal.message || say("draft.offline"), true);
  }

  const later = afterPause(flush, 2500);
  const aside = afterPause(() => shelf.write(key, { text: area.value, at: Date.now() }), 300);

  form.addEventListener("input", () => {
    aside();
    later();
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    aside.stop();
    later.stop();
    shelf.write(key, { text: area.value, at: Date.now(), sent: true });
  });
  form.addEventListener("composer:sent", () => {
    leaving = false; // the words are taken and the page stays: the next ones are a draft of their own
    known = "";
    saved = fieldsOf(form).toString();
    later.stop();
    aside.stop();
    shelf.drop(key);
    tell("");
  });
  form.addEventListener("composer:kept", () => {
    leaving = false;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
  addEventListener("online", () => flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) flush({ keepalive: true });
  });

  const left = shelf.read(key);
  if (left?.text && left.text !== area.value) {
    const time = new Date(left.at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    if (area.value.trim()) chooser(box, say("draft.newer", { time }), left.text, area, () => shelf.drop(key));
    else {
      area.value = left.text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  } else if (left) shelf.drop(key);
  return flush;
}
