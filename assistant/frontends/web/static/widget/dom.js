/** @typedef {Node | string | null | undefined} Child */

/**
 * An element. Children that are strings become text nodes, never markup; an attribute that is null, undefined or false is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

/**
 * A button that does something.
 * @param {string} kind its class
 * @param {(button: HTMLButtonElement) => void} act
 * @param {...Child} children
 * @returns {HTMLButtonElement}
 */
export function button(kind, act, ...children) {
  const node = el("button", { class: kind || null, type: "button" }, ...children);
  node.addEventListener("click", () => act(node));
  return node;
}
