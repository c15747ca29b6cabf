// A topic opens at the first unread text, unless the address says where to open.
import { find } from "./dom.js";

export function openAtUnread() {
  const line = find("[data-new-line]");
  if (!line || location.hash || !line.previousElementSibling) return;
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  if (kind === "reload" || kind === "back_forward") return;
  line.scrollIntoView({ block: "start" });
}
