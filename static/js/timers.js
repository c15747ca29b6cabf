// Timers tick by the server's clock, so that all see the same; where nothing ticks the plain words stay.
import { all } from "./dom.js";
import { say } from "./phrases.js";

let ahead = 0; // the server's clock less this one, in milliseconds

/** Learn what time it is at the server. */
export function followClock(at) {
  if (at) ahead = at - Date.now();
}

function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** Draw all timers of the page as they stand now. */
export function tick() {
  for (const timer of all(".timer")) {
    const { began, spent, limit } = timer.dataset;
    const running = began ? Math.max(0, (Date.now() + ahead) / 1000 - Number(began)) : 0;
    const gone = Number(spent) + running;
    if (!began && !gone) continue; // it has not begun: the plain words say how much is given
    const left = Number(limit) - gone;
    const isOver = Boolean(limit) && left < 0;
    const words = !limit ? say("council.speaks", { time: spoken(gone) })
      : isOver ? say("council.over", { time: spoken(-left) }) : say("council.left", { time: spoken(left) });
    if (timer.textContent !== words) timer.textContent = words;
    timer.classList.toggle("timer--over", isOver);
  }
}
