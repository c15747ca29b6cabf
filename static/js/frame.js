// The counts of the frame follow what happens: notices at once, the rest from time to time.
import { afterPause, all, announce, find, make } from "./dom.js";
import { listen } from "./live.js";
import { ask } from "./net.js";
import { say } from "./phrases.js";

const SETTLE = 1_500;
const EVERY = 120_000;

function put(link, number, most, traits) {
  let count = find(".count", link);
  if (!number) return count?.remove();
  if (!count) {
    count = make("span", { className: "count", ...traits });
    const after = find("[data-count-after]", link);
    if (after) after.after(" ", count);
    else link.append(count);
  }
  count.textContent = number < most ? String(number) : `${most - 1}+`;
}

function show({ notices, services }) {
  const bell = find("[data-bell]");
  if (bell) {
    const before = Number(bell.dataset.bell);
    put(bell, notices, 100);
    bell.dataset.bell = notices;
    if (notices > before) announce(say("notices.new", { count: notices }));
    for (const words of all("[data-bell-words]", bell)) words.textContent = ` ${say("notices.new", { count: notices })}`;
  }
  for (const [code, number] of Object.entries(services)) {
    for (const link of all(`[data-service="${CSS.escape(code)}"]`)) put(link, number, 100);
  }
}

export function startFrame() {
  const url = find("[data-bell]")?.dataset.countsUrl;
  if (!url) return;
  const refresh = () => ask(url).then(show).catch(() => {});
  const later = afterPause(refresh, SETTLE + Math.random() * SETTLE);
  listen("told", later);
  setInterval(() => document.visibilityState === "visible" && later(), EVERY);
}
