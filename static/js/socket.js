// The line of the live channel: what the server says, and back again when it is cut.
// Socket.IO 5 over Engine.IO 4, websocket only; words never go this way.
const FIRST = 250;
const LONGEST = 30_000;
const TIRED = 3; // times in a row that no line came up: then plain HTTP serves, and we ask seldom

export class Line {
  #said;
  #changed;
  #socket = null;
  #failed = 0;
  #timer = 0;
  #watch = 0;
  #patience = 50_000;
  #asked = new Map();
  #number = 0;
  #ended = false;

  constructor(said, changed) {
    this.#said = said;
    this.#changed = changed;
    addEventListener("online", () => this.#soon(0));
  }

  open() {
    if (this.#socket || this.#ended) return;
    if (navigator.onLine === false) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/socket.io/?EIO=4&transport=websocket`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#heard(String(data));
    socket.onclose = () => socket === this.#socket && this.#closed();
    this.#wait();
  }

  /** Say something; with `answered` the server's answer comes back. */
  say(name, data, answered) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const number = answered ? (this.#number += 1) : "";
    if (answered) this.#asked.set(number, answered);
    this.#socket.send(`42${number}${JSON.stringify([name, data])}`);
  }

  /** Shut the line for good: the server said that we may not stay. */
  end() {
    this.#ended = true;
    this.#socket?.close();
  }

  #wait() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#socket?.close(), this.#patience);
  }

  #heard(data) {
    this.#wait();
    if (data[0] === "0") {
      const { pingInterval = 25_000, pingTimeout = 20_000 } = JSON.parse(data.slice(1));
      this.#patience = pingInterval + pingTimeout;
      this.#socket.send("40");
    } else if (data[0] === "2") this.#socket.send("3");
    else if (data[0] === "1") this.#socket.close();
    else if (data[0] === "4") this.#message(data.slice(1));
  }

  #message(data) {
    if (data[0] === "0") {
      this.#failed = 0;
      this.#changed(true);
    } else if (data[0] === "2") {
      const [name, told] = JSON.parse(data.slice(data.indexOf("[")));
      if (name === "bye") this.end();
      this.#said(name, told);
    } else if (data[0] === "3") {
      const at = data.indexOf("[");
      const number = Number(data.slice(1, at));
      this.#asked.get(number)?.(JSON.parse(data.slice(at))[0]);
      this.#asked.delete(number);
    } else if (data[0] === "4") {
      const { message } = JSON.parse(data.slice(1));
      if (message === "session") this.end();
      else this.#failed += message === "restart" ? 0 : TIRED;
      this.#socket.close();
    } else if (data[0] === "1") this.#socket.close();
  }

  #closed() {
    clearTimeout(this.#watch);
    this.#socket = null;
    this.#asked.clear();
    this.#changed(false);
    if (this.#ended) return;
    const pause = this.#failed >= TIRED ? 2 * LONGEST : Math.min(LONGEST, FIRST * 2 ** this.#failed);
    this.#failed += 1;
    this.#soon(pause * (0.5 + Math.random()));
  }

  #soon(pause) {
    if (this.#socket || this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), pause);
  }
}
