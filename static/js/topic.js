// A topic that stands open says that answers have come; the page itself does not jump.
import { announce, find, make } from "./dom.js";
import { watch } from "./live.js";
import { say } from "./phrases.js";

const counted = (count) =>
  ({
    one: say("topic.fresh.one", { count }),
    few: say("topic.fresh.few", { count }),
    many: say("topic.fresh.many", { count }),
  })[new Intl.PluralRules(document.documentElement.lang).select(count)] ?? say("topic.fresh.other", { count });

export function startTopic() {
  const place = find("[data-topic-thread]");
  if (!place) return;
  const { topicThread, topicSeq, topicLast, topicUrl } = place.dataset;
  const me = Number(find('meta[name="actor"]')?.content);
  const fresh = new Set();
  let said = 0;

  const show = () => {
    if (fresh.size === said) return;
    said = fresh.size;
    const words = counted(said);
    place.replaceChildren(make("a", { className: "button button--primary", href: topicUrl }, words));
    place.hidden = false;
    announce(words);
  };

  watch(Number(topicThread), Number(topicSeq), {
    news(told) {
      for (const { id, place: number, author, state } of told.lines) {
        if (number > Number(topicLast) && author !== me && state === "published") fresh.add(id);
        else if (state !== "published") fresh.delete(id);
      }
      show();
    },
  });
}
