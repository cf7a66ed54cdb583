/** Paths of the icons, in a box of 24 by 24. */
const PATHS = {
  chat: "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
  close: "M6 6l12 12M18 6L6 18",
  anew: "M12 5v14M5 12h14",
  send: "M5 12h14M12 5l7 7-7 7",
  stop: "M7 7h10v10H7z",
  back: "M19 12H5M12 19l-7-7 7-7",
  answered: "M5 12.5l4.5 4.5L19 7.5",
  extracted: "M10 7H5v6h5zM10 13c0 3-2 4-4 4M19 7h-5v6h5zM19 13c0 3-2 4-4 4",
  abstained: "M12 8v.01M12 11.5V17M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  verified: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  blocked: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12h6",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 2.5 1.5 2 3l-1 4h6a2 2 0 0 1 2 2.4l-1.4 6A2 2 0 0 1 16.7 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-2 0-2.5-1.5-2-3l1-4H6a2 2 0 0 1-2-2.4l1.4-6A2 2 0 0 1 7.3 4H17",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6",
  down2: "M6 9l6 6 6-6",
  text: "M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3",
  alert: "M12 9v5M12 17v.01M12 3L2 20h20z",
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2z",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  form: "M5 3h14v18H5zM9 8h6M9 12h6M9 16h3",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * An icon, hidden from screen readers: what it stands beside or in has the words.
 * @param {IconName} name
 * @param {string} [extra] its class
 * @returns {SVGElement}
 */
export function icon(name, extra) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (extra) svg.setAttribute("class", extra);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
