// News while the page stands open. One browser holds one line, whichever of its windows keeps it;
// the others hear through it. What a cut swallowed is asked again by number, so nothing is missed.
import { find } from "./dom.js";
import { ask } from "./net.js";
import { Line } from "./socket.js";

const HEARTBEAT = 20_000;
const POLL = 5_000;
const RECHECK = 60_000;
const actor = () => find('meta[name="actor"]')?.content;
const tab = Math.random().toString(36).slice(2);
const watched = new Map(); // thread -> Watch of this window
const listeners = new Map(); // name -> what to do with news of no thread
let channel = null;
let leader = null; // what this window does while it holds the line
let isUp = false;
let isOut = false;

class Watch {
  constructor(thread, seq, handlers) {
    Object.assign(this, { thread, seq, handlers, busy: false, again: false });
  }

  news(told) {
    if (told.lines === null) return this.handlers.stale?.();
    if (told.prev > this.seq) return this.catchUp(); // something lies between
    if (told.seq > this.seq) this.seq = told.seq;
    this.handlers.news?.(told);
  }

  /** Ask for all that happened since; also how news come while no line stands. */
  async catchUp() {
    if (isOut) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      const told = await ask(`/live/threads/${this.thread}?after=${this.seq}${isUp ? "" : "&here=1"}`);
      if (told.here) this.handlers.here?.({ all: told.here });
      this.news({ ...told, prev: Math.min(told.prev, this.seq) });
    } catch (refusal) {
      if (refusal.status === 404) this.handlers.gone?.();
      else if (refusal.status === 401) out();
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.catchUp();
    }
  }
}

function out() {
  isOut = true;
  for (const watch of watched.values()) watch.handlers.out?.();
}

/** Something was heard, from the line itself or from the window that holds it. */
function heard(name, told) {
  const watch = watched.get(told?.t);
  if (name === "news") watch?.news(told);
  else if (name === "watched") {
    if (told.here) watch?.handlers.here?.({ all: told.here });
    if (watch && told.seq > watch.seq) watch.catchUp();
    else watch?.handlers.watched?.();
  } else if (name === "here" || name === "typing") watch?.handlers[name]?.(told);
  else if (name === "gone") watch?.handlers.gone?.();
  else if (name === "bye") out();
  else if (name === "up") state(true);
  else if (name === "down") state(false);
  else listeners.get(name)?.(told);
}

function state(up) {
  isUp = up;
  for (const watch of watched.values()) watch.handlers.state?.(up);
}

const share = (name, told) => {
  channel?.postMessage({ name, told });
  heard(name, told);
};

/** Hold the line for all windows of this browser. */
function lead() {
  const wants = new Map(); // window -> {threads, at}
  const standing = new Set();
  const line = new Line(
    (name, told) => share(name, told),
    (up) => {
      standing.clear();
      share(up ? "up" : "down");
      if (up) tend();
    },
  );

  function tend() {
    const now = Date.now();
    for (const [each, { at }] of wants) if (each !== tab && now - at > 3 * HEARTBEAT) wants.delete(each);
    wants.set(tab, { threads: [...watched.keys()], at: now });
    const all = new Set([...wants.values()].flatMap(({ threads }) => threads));
    for (const thread of all) {
      if (standing.has(thread)) continue;
      standing.add(thread);
      line.say("watch", { t: thread }, (told) => {
        if (told?.gone) share("gone", { t: thread });
        else if (told?.seq !== undefined) share("watched", { t: thread, ...told });
      });
    }
    for (const thread of standing) {
      if (all.has(thread)) continue;
      standing.delete(thread);
      line.say("leave", { t: thread });
    }
  }

  leader = {
    want(from, threads) {
      const before = wants.get(from);
      for (const each of threads) if (!before?.threads.includes(each)) standing.delete(each); // it is told anew
      if (threads.length) wants.set(from, { threads, at: Date.now() });
      else wants.delete(from);
      if (before?.threads.join() !== threads.join()) tend();
      channel?.postMessage({ name: isUp ? "up" : "down" });
    },
    tend,
    typing: (thread) => line.say("typing", { t: thread }),
  };
  setInterval(tend, HEARTBEAT);
  channel?.postMessage({ name: "lead" });
  line.open();
}

const tellWants = () => {
  if (leader) leader.tend();
  else channel?.postMessage({ want: tab, threads: [...watched.keys()] });
};

/** Be told of a thread: `handlers` are news, here, typing, gone, stale, out and state. */
export function watch(thread, seq, handlers) {
  const made = new Watch(thread, seq, handlers);
  watched.set(thread, made);
  tellWants();
  return made;
}

/** Look away from a thread. */
export function unwatch(thread) {
  watched.delete(thread);
  tellWants();
}

/** Be told of what concerns the person, whatever page is open. */
export const listen = (name, act) => listeners.set(name, act);

export const sayTyping = (thread) => {
  if (leader) leader.typing(thread);
  else channel?.postMessage({ typing: thread });
};

const isSeen = () => document.visibilityState === "visible";

function poll() {
  if (!isUp && isSeen()) for (const each of watched.values()) each.catchUp();
}

export function startLive() {
  if (!actor() || !window.WebSocket) return;
  if (window.BroadcastChannel) {
    channel = new BroadcastChannel(`live:${actor()}`);
    channel.onmessage = ({ data }) => {
      if (data.want) leader?.want(data.want, data.threads);
      else if (data.typing) leader?.typing(data.typing);
      else if (data.name === "lead") tellWants();
      else heard(data.name, data.told);
    };
    addEventListener("pagehide", () => channel.postMessage({ want: tab, threads: [] }));
    addEventListener("pageshow", (event) => event.persisted && tellWants());
    setInterval(tellWants, HEARTBEAT);
  }
  if (channel && navigator.locks) navigator.locks.request(`live:${actor()}`, () => new Promise(() => lead())).catch(lead);
  else lead();
  tellWants();
  setInterval(poll, POLL);
  setInterval(() => isUp && isSeen() && watched.forEach((each) => each.catchUp()), RECHECK);
  document.addEventListener("visibilitychange", () => isSeen() && watched.forEach((each) => each.catchUp()));
}
