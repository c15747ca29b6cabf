// The hall of a council follows by itself. Pieces that all see alike are pushed; what is one's own is asked
// for when it may have changed. Without this file it is a page of plain forms.
import { startChat } from "./chat.js";
import { startComposers } from "./composer.js";
import { startDeskKeys } from "./desk.js";
import { afterPause, all, announce, find, make } from "./dom.js";
import { watch } from "./live.js";
import { morph, morphInto } from "./morph.js";
import { ask, send } from "./net.js";
import { say } from "./phrases.js";
import { followClock, tick } from "./timers.js";

const HEARD_EVERY = 60_000;
const SETTLE = 1_500;
const me = () => find('meta[name="actor"]')?.content ?? "";
const soon = (act) => setTimeout(act, 150 + Math.random() * SETTLE);

class Hall {
  constructor(root, endTalk) {
    this.root = root;
    this.url = root.dataset.councilUrl;
    this.facts = JSON.parse(root.dataset.facts);
    this.isWall = "wall" in root.dataset;
    this.asked = new Set(all('[data-asks][aria-pressed="true"]', root).map((each) => each.dataset.asks));
    this.endTalk = endTalk;
    this.isHere = null;
    this.pressing = Promise.resolve();
    this.refreshDesk = afterPause(() => this.drawDesk(), 250);
    followClock(this.facts.at);
  }

  // What all see alike ------------------------------------------------------------------------

  news(told) {
    if (told.panels) this.take(told.panels);
  }

  take({ pieces, ...facts }) {
    followClock(facts.at);
    let lacks = false;
    for (const [name, { d, h }] of Object.entries(pieces)) {
      const place = find(`[data-piece="${name}"]`, this.root);
      if (!place || place.dataset.digest === d) continue;
      if (h === undefined) lacks = true;
      else {
        this.draw(place, name, h);
        place.dataset.digest = d;
      }
    }
    if (lacks) return this.askPieces();
    const before = this.facts;
    this.facts = facts;
    this.refreshDesk();
    this.tellChanges(before, facts);
    tick();
  }

  draw(place, name, html) {
    morphInto(place, html, (node) => node.matches("[data-mine]") && node.hasAttribute("data-own"));
    if (name === "votes") this.keepOwnCards();
    if (name === "questions") this.markAsked();
    if (name === "quorum") this.drawNames();
    if (name === "queue") this.lookForMyTurn();
  }

  askPieces() {
    if (this.asking) return;
    this.asking = true;
    soon(() =>
      ask(`${this.url}/pieces`)
        .then((told) => {
          this.asking = false;
          this.take(told);
        })
        .catch(() => (this.asking = false)));
  }

  /** Say in few words what has changed, and go where the council goes. */
  tellChanges(before, now) {
    const title = find(".now__title", this.root)?.textContent ?? "";
    if (now.state === "cancelled" && before.state !== "cancelled") return location.reload();
    if (now.state !== before.state) announce(say(now.state === "closed" ? "council.closed" : now.state === "break" ? "council.break" : "council.open"));
    else if (now.item && now.item !== before.item) announce(say("council.item", { title }));
    for (const id of now.votes.filter((each) => !before.votes.includes(each))) {
      announce(say("council.vote", { title: this.titleOf(id) }));
    }
    for (const id of before.votes.filter((each) => !now.votes.includes(each))) {
      const verdict = find(`#vote-${id} .vote__verdict`, this.root)?.textContent ?? "";
      announce(say("council.vote.over", { title: this.titleOf(id), verdict }));
    }
    const moved = now.state !== before.state || now.item !== before.item || now.votes.join() !== before.votes.join();
    if (moved && !this.isWall) soon(() => this.askMine());
    if (now.item !== before.item) this.followTalk();
    if (now.item !== before.item || now.votes.join() !== before.votes.join() || now.turn !== before.turn) this.drawNotes();
  }

  titleOf(id) {
    return find(`#vote-title-${id}`, this.root)?.textContent ?? "";
  }

  // What is one's own -------------------------------------------------------------------------

  /** A new vote comes with the card of a voter: it stays for those on the roll. */
  keepOwnCards() {
    for (const slot of all("[data-roll]:not([data-own])", this.root)) {
      if (this.isWall || !slot.dataset.roll.split(" ").includes(me())) slot.replaceChildren();
      slot.setAttribute("data-own", "");
    }
  }

  markAsked() {
    for (const button of all("[data-asks]", this.root)) {
      button.setAttribute("aria-pressed", String(this.asked.has(button.dataset.asks)));
      button.disabled = this.isWall || button.dataset.authorId === me();
    }
  }

  lookForMyTurn() {
    const mine = all("[data-turn-of]", this.root).map((each) => each.dataset.turnOf).find((each) => each.startsWith(`${me()}:`));
    const state = mine?.split(":")[1] ?? "";
    if (state === (this.turn ?? "")) return;
    this.turn = state;
    if (state === "speaking") announce(say("council.floor"));
    this.askMine();
  }

  askMine() {
    if (this.isWall) return Promise.resolve();
    return ask(`${this.url}/mine`).then((told) => this.takeMine(told)).catch(() => {});
  }

  takeMine({ mine, asked, here, desk }) {
    if (!mine) return;
    if (desk) this.putDesk(desk);
    for (const [name, html] of Object.entries(mine)) {
      const slot = find(`[data-mine="${name}"]`, this.root);
      if (!slot) continue;
      morphInto(slot, html);
      slot.setAttribute("data-own", "");
    }
    this.asked = new Set(asked.map(String));
    this.markAsked();
    if (this.isHere && !here) announce(say("council.away"));
    this.isHere = here;
  }

  /** A button of a plain form that needs no new page; one after the other, each from what the last one left. */
  press(button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.pressing = this.pressing.then(() => this.pressNow(button));
  }

  async pressNow(button) {
    const fields = new URLSearchParams(button.name ? { [button.name]: button.value } : {});
    this.word("");
    try {
      this.takeMine(await send(button.formAction, fields));
    } catch (refusal) {
      this.word(refusal.message || say("council.unsent"), button);
      this.askMine();
    }
    button.removeAttribute("aria-disabled");
    this.refreshDesk();
    this.watching.catchUp();
  }

  /** Say beside a button why it did not work. */
  word(words, beside) {
    find("[data-hall-word]", this.root)?.remove();
    if (!words) return;
    const place = beside.closest("[data-desk]") ?? beside.closest("[data-mine], [data-piece], .sheet") ?? this.root; // the desk is drawn anew
    place.after(make("p", { className: "flash flash--error", role: "alert", data: { "data-hall-word": "", role: "alert" } }, words));
  }

  // Who is here, the talk, the desk -----------------------------------------------------------

  drawNames() {
    const fold = find("[data-names]", this.root);
    if (!fold?.open) return;
    fetch(fold.dataset.names, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((html) => {
        const page = new DOMParser().parseFromString(html, "text/html");
        const names = find("[data-names-list]", page);
        if (names) morph(find("[data-names-list]", fold), names);
      })
      .catch(() => {});
  }

  drawDesk() {
    const desk = find("[data-desk]", this.root);
    if (!desk) return;
    fetch(desk.dataset.desk, { credentials: "same-origin" })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status)))
      .then((html) => this.putDesk(html))
      .catch((status) => status === 403 && location.assign(`${this.url}/hall`));
  }

  /** The secretary's corner goes on with the item, unless something is being written in it. */
  drawNotes() {
    const notes = find("[data-corner]", this.root);
    if (!notes) return;
    const isWriting = () => all("textarea", notes).some((each) => each.value.trim() || each === document.activeElement);
    if (isWriting()) return;
    fetch(notes.dataset.corner, { credentials: "same-origin" })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((html) => html && !isWriting() && morphInto(notes, html))
      .catch(() => {});
  }

  putDesk(html) {
    const desk = find("[data-desk]", this.root);
    if (desk && !desk.contains(document.activeElement?.closest?.("select"))) morphInto(desk, html);
  }

  /** The talk goes on to the item that is current; words that are being written stay before the eyes. */
  async followTalk() {
    const talk = find("[data-talk]", this.root);
    if (!talk || Number(talk.dataset.talk) === this.facts.item) return;
    const area = find(".composer__text", talk);
    if (area?.value.trim()) return this.offerTalk(talk);
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = find("[data-talk]", page);
      if (!fresh || Number(fresh.dataset.talk) === Number(talk.dataset.talk)) return;
      const wrote = talk.contains(document.activeElement);
      this.endTalk();
      talk.replaceWith(document.adoptNode(fresh));
      startComposers();
      this.endTalk = startChat();
      if (wrote) find(".composer__text", fresh)?.focus();
    } catch {
      this.offerTalk(talk);
    }
  }

  offerTalk(talk) {
    if (find("[data-talk-go]", talk)) return;
    const link = make("a", { href: location.pathname, className: "button button--small" }, say("council.item.go"));
    talk.prepend(make("p", { className: "note", data: { "data-talk-go": "" } }, say("council.item", { title: find(".now__title", this.root)?.textContent ?? "" }), " ", link));
    find("[data-composer]", talk)?.addEventListener("composer:sent", () => this.followTalk(), { once: true });
  }

  beat() {
    if (this.isWall || !["planned", "open", "break"].includes(this.facts.state)) return;
    send(`${this.url}/here`, new URLSearchParams())
      .then(({ here }) => {
        if (this.isHere !== null && here !== this.isHere) this.askMine();
        this.isHere = here;
      })
      .catch(() => {});
  }
}

export function startCouncil(endTalk) {
  const root = find("[data-council-url]");
  if (!root) return;
  const hall = new Hall(root, endTalk);
  for (const slot of all("[data-mine]", root)) slot.setAttribute("data-own", "");
  hall.keepOwnCards();
  hall.turn = all("[data-turn-of]", root).map((each) => each.dataset.turnOf).find((each) => each.startsWith(`${me()}:`))?.split(":")[1];
  hall.watching = watch(Number(root.dataset.council), Number(root.dataset.councilSeq), {
    news: (told) => hall.news(told),
    watched: () => soon(() => hall.watching.catchUp()), // who came and who voted raise no number
    stale: () => location.reload(),
    gone: () => location.reload(),
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-quiet-act]");
    if (!button) return;
    event.preventDefault();
    hall.press(button);
  });
  find("[data-names]", root)?.addEventListener("toggle", () => hall.drawNames());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    hall.beat();
    hall.askMine();
  });
  setInterval(() => hall.beat(), HEARD_EVERY);
  setInterval(tick, 1000);
  soon(() => hall.watching.catchUp()); // who came or voted while the page was on its way
  tick();
  startDeskKeys(root);
}
