// A drawn piece takes the shape of a newer one without being replaced: what is pressed, focused or open
// stays where it is, so a press is never lost because a number beside it has changed.
const SIGNS = ["id", "formaction", "href", "data-turn-of", "data-vote", "data-mine"];

function sign(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return `#${node.nodeType}`;
  const named = SIGNS.map((name) => node.getAttribute(name)).find((value) => value);
  return `${node.nodeName} ${named ?? node.querySelector("[formaction], [href]")?.getAttribute("formaction") ?? ""}`;
}

function takeTraits(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Give `old` the traits and children of `fresh`; `keeps(node)` names what stays as it is. */
export function morph(old, fresh, keeps = () => false) {
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    let found = place;
    while (found && sign(found) !== sign(wanted)) found = found.nextSibling;
    if (!found) {
      old.insertBefore(wanted, place);
      continue;
    }
    if (found !== place) old.insertBefore(found, place);
    else place = place.nextSibling;
    if (found.nodeType !== Node.ELEMENT_NODE) {
      if (found.data !== wanted.data) found.data = wanted.data;
    } else if (!keeps(found)) {
      takeTraits(found, wanted);
      morph(found, wanted, keeps);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

/** The same where the newer shape comes as HTML of the server. */
export function morphInto(old, html, keeps) {
  const frame = document.createElement("template");
  frame.innerHTML = html; // rendered and escaped by the server, as the page itself
  morph(old, frame.content, keeps);
}
