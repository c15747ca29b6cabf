// The one module of the site. Every page works without it; each part below only makes one thing easier.
import { startComposers } from "./composer.js";
import { forgetSent } from "./drafts.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startQuotes } from "./quote.js";
import { reachScrollers } from "./reach.js";
import { startThanks } from "./thanks.js";
import { startView } from "./theme.js";
import { openAtUnread } from "./unread.js";

document.documentElement.classList.add("js");
forgetSent();
startMenus();
startView();
startComposers();
startQuotes();
startThanks();
startKeys();
reachScrollers();
openAtUnread();
document.querySelector("[data-summary]")?.focus();
