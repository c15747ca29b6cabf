// Words go to the server by POST only, with the token of this session.
export class Refusal extends Error {
  constructor(status, words, answer) {
    super(words);
    this.status = status;
    this.answer = answer;
  }
}

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

const headers = (form) => ({
  Accept: "application/json",
  "X-CSRFToken": token() || (form?.elements.csrf_token?.value ?? ""),
});

async function read(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const answer = isJson ? await response.json().catch(() => ({})) : {};
  if (!response.ok || response.redirected || !isJson) {
    throw new Refusal(response.redirected ? 401 : response.status, answer.error ?? "", answer);
  }
  return answer;
}

const PATIENCE = 20_000; // a line that swallows everything is told of, not waited for
const within = () => AbortSignal.timeout?.(PATIENCE);

/** POST a body and return the JSON; a refusal is thrown, with status 0 when there is no line. */
export async function send(url, body, { form, ...options } = {}) {
  let response;
  try {
    response = await fetch(url, { method: "POST", body, headers: headers(form), credentials: "same-origin", signal: within(), ...options });
  } catch (error) {
    throw new Refusal(0, "", {});
  }
  return read(response);
}

export async function ask(url, options = {}) {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: within(), ...options });
  return read(response);
}

/** POST a file with progress, which fetch cannot tell. */
export function sendFile(url, body, onProgress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => failed(new Refusal(0, "", {}));
    request.onload = () => {
      const answer = request.response ?? {};
      if (request.status < 300 && request.response) done(answer);
      else failed(new Refusal(request.status, answer.error ?? "", answer));
    };
    request.send(body);
  });
}

/** The fields of a form without its files. */
export function fieldsOf(form) {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}
