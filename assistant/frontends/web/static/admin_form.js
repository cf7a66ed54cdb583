/* Fields with labels, and a form that says what came of it. */
import { el, say } from "./admin_dom.js";

let made = 0;

/** A field under its label; `field` is an input, select or textarea. */
export function labelled(text, field) {
  made += 1;
  field.id = field.id || `field-${made}`;
  return el("div", { class: "field" }, el("label", { for: field.id }, text), field);
}

/** A select of names; `chosen` may be one or several. */
export function choice(names, chosen, props = {}) {
  const wanted = new Set([chosen].flat());
  return el("select", props, ...names.map((name) => el("option", { value: name, selected: wanted.has(name) }, name)));
}

/** Boxes to tick; `picked()` gives the names that are ticked. */
export function boxes(legend, names, ticked) {
  const all = names.map((name) => el("input", { type: "checkbox", value: name, checked: ticked.includes(name) }));
  const node = el("fieldset", {}, el("legend", {}, legend), ...all.map((box) => el("label", { class: "tick" }, box, ` ${box.value}`)));
  return { node, picked: () => all.filter((box) => box.checked).map((box) => box.value) };
}

/** A button that waits for what it does and tells where that fails; what cannot be taken back ("danger") is asked twice. */
export function doing(text, kind, act, label) {
  let sure = kind !== "danger";
  const button = el("button", { type: "button", class: kind, "aria-label": label, on: { blur: () => {
    if (kind !== "danger") return;
    sure = false;
    button.textContent = text;
    if (label) button.setAttribute("aria-label", label);
  }, click: async () => {
    if (!sure) {
      sure = true;
      button.textContent = `${text.split(":")[0]}: sure?`;
      if (label) button.setAttribute("aria-label", `${label}: sure?`);
      return;
    }
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      say(error.message, true);
    } finally {
      button.disabled = false;
    }
  } } }, text);
  return button;
}
