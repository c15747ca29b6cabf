// Where a text is written: marks, preview, drafts, the red pencil, people, files.
import { afterPause, all, find } from "./dom.js";
import { keepDraft } from "./drafts.js";
import { startMarks } from "./marks.js";
import { startMentions } from "./mentions.js";
import { fieldsOf, send } from "./net.js";
import { startPencil } from "./pencil.js";
import { say } from "./phrases.js";
import { startUploads } from "./uploads.js";

/** Show the text as it will stand; typing goes on where it was. */
function startPreview(form, area) {
  const button = find("[data-preview]", form);
  const pane = find("[data-preview-pane]", form);
  const field = find(".composer__field", form);
  button?.addEventListener("click", async () => {
    const show = pane.hidden;
    button.setAttribute("aria-pressed", String(show));
    button.textContent = say(show ? "preview.edit" : "preview.show");
    pane.hidden = !show;
    field.hidden = show;
    if (!show) return area.focus();
    if (!area.value.trim()) return pane.replaceChildren(say("preview.empty"));
    pane.setAttribute("aria-busy", "true");
    try {
      const { html } = await send(form.dataset.previewUrl, fieldsOf(form), { form });
      pane.innerHTML = html; // rendered and cleaned by the server, as in the topic itself
      pane.focus();
    } catch (refusal) {
      pane.replaceChildren(refusal.message || say("preview.failed"));
    }
    pane.removeAttribute("aria-busy");
  });
}

/** The mirror lies under the text: it makes the field grow, holds the pencil marks and knows the caret. */
function startMirror(form, area) {
  const mirror = find("[data-mirror]", form);
  mirror.hidden = false;
  area.classList.add("composer__text--grows");
  const plain = () => {
    if (mirror.textContent !== `${area.value}\n`) mirror.textContent = `${area.value}\n`;
  };
  area.addEventListener("input", plain);
  plain();
  return mirror;
}

/** The next text is another sending; the same text sent again is not. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (each) => each.toString(16).padStart(2, "0")).join("");

function start(form) {
  const area = find(".composer__text", form);
  if (!area) return;
  for (const bar of all("[data-bar]", form)) bar.hidden = false;
  const mirror = startMirror(form, area);
  startMarks(form, area);
  startPreview(form, area);
  if (form.dataset.checkUrl) startPencil(form, area, mirror);
  if (form.dataset.peopleUrl) startMentions(form, area, mirror);
  if (form.dataset.uploadUrl) startUploads(form, area);
  if (form.dataset.place) keepDraft(form, area);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = find("[data-send]", form);
    button.setAttribute("aria-disabled", "true");
    afterPause(() => button.removeAttribute("aria-disabled"), 8000)();
  });
  form.addEventListener("composer:sent", () => {
    if (form.elements.sending) form.elements.sending.value = newKey();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(find("[data-send]", form));
    }
  });
}

export function startComposers() {
  all("[data-composer]").forEach(start);
}
