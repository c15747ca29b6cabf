// What scrolls sideways within its place must be reachable by the keyboard.
import { all } from "./dom.js";

export function reachScrollers() {
  for (const box of all(".prose pre, .prose table, .table-wrap")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}
