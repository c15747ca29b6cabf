// Files: chosen, dropped or pasted, with progress; the form then only carries their numbers.
import { announce, find, make, replace } from "./dom.js";
import { sendFile } from "./net.js";
import { say } from "./phrases.js";

function attach(form, area, file) {
  const bar = make("progress", { className: "progress", max: 1, value: 0, data: { "aria-label": file.name } });
  const remove = make("button", { type: "button", className: "link" }, say("upload.remove"));
  const name = make("span", {}, file.name);
  const row = make("li", {}, name, remove, bar);
  remove.addEventListener("click", () => {
    row.remove();
    area.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  find("[data-files]", form).append(row);
  const body = new FormData();
  body.append("file", file, file.name);
  return sendFile(form.dataset.uploadUrl, body, (share) => (bar.value = share)).then(
    (made) => {
      bar.remove();
      name.textContent = made.size ? `${made.name} · ${made.size}` : made.name;
      row.append(make("input", { type: "hidden", name: "attachments", value: made.id }));
      if (made.markdown) replace(area, area.selectionEnd, area.selectionEnd, `\n${made.markdown}\n`);
      announce(say("upload.done", { name: made.name }));
      form.dispatchEvent(new Event("input", { bubbles: true }));
    },
    (refusal) => {
      bar.remove();
      const why = refusal.message || say(refusal.status ? "upload.refused" : "upload.line");
      name.textContent = say("upload.failed", { name: file.name, why });
      name.className = "field__error";
      announce(name.textContent);
    },
  );
}

export function startUploads(form, area) {
  const plain = find("[data-plain-upload]", form);
  if (plain) plain.hidden = true;
  const input = make("input", { type: "file", multiple: true, hidden: true });
  form.append(input);
  const takeAll = (files) => [...files].forEach((file) => attach(form, area, file));
  find("[data-upload]", form)?.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    takeAll(input.files);
    input.value = "";
  });
  area.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    takeAll(event.clipboardData.files);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("composer__drop");
  });
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("composer__drop"));
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    takeAll(event.dataTransfer.files);
  });
}
