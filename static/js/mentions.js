// «@» and a few letters of a name: people of this community, chosen with the arrows.
import { afterPause, announce, find, make, replace } from "./dom.js";
import { ask } from "./net.js";
import { say } from "./phrases.js";

const TYPED = /(?:^|[\s(«"])@([\p{L}][\p{L}-]*(?: [\p{L}-]{0,30})?)$/u;
let lists = 0;

function placeAt(list, area, mirror, at) {
  const marker = make("span");
  const text = area.value;
  mirror.replaceChildren(text.slice(0, at), marker, `${text.slice(at)}\n`);
  const left = Math.min(marker.offsetLeft, Math.max(0, area.clientWidth - 330));
  list.style.left = `${left}px`;
  list.style.top = `${marker.offsetTop + 30 - area.scrollTop}px`;
}

export function startMentions(form, area, mirror) {
  const list = make("div", { className: "suggest", id: `people-${(lists += 1)}`, hidden: true, data: { role: "listbox", "aria-label": "@" } });
  find(".composer__field", form).append(list);
  let people = [];
  let chosen = 0;
  let start = -1;
  let asked = 0;

  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    people = [];
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    chosen = (index + people.length) % people.length;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    area.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    const person = people[index];
    const insert = `${person.insert ?? `@${person.name}`} `;
    const end = area.selectionStart;
    close();
    replace(area, start, end, insert);
  };
  const show = (found) => {
    people = found;
    if (!people.length) return close();
    list.replaceChildren(...people.map((person, index) => {
      const option = make("div", { id: `${list.id}-${index}`, data: { role: "option" } },
        make("span", {}, person.name, make("small", {}, person.post ?? "")));
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(index);
      });
      return option;
    }));
    placeAt(list, area, mirror, start);
    list.hidden = false;
    choose(0);
    announce(say("mention.found", { count: people.length }));
  };
  const look = afterPause(async () => {
    const found = TYPED.exec(area.value.slice(0, area.selectionStart));
    if (!found) return close();
    start = area.selectionStart - found[1].length - 1;
    const turn = (asked += 1);
    const url = new URL(form.dataset.peopleUrl, location.href);
    url.searchParams.set("q", found[1]);
    const answer = await ask(url).catch(() => ({ people: [] }));
    if (turn === asked) show((answer.people ?? []).slice(0, 8));
  }, 160);

  area.addEventListener("input", look);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) choose(chosen + moves[event.key]);
    else if ((event.key === "Enter" && !event.ctrlKey) || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
