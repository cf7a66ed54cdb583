/* Answers that somebody vouches for: what they say, for whom, until when, and which of them are given no more. */
import { el, number, pill, say } from "./admin_dom.js";
import { doing, labelled } from "./admin_form.js";
import { call, desk } from "./admin_server.js";

export async function showVerified() {
  const told = await call("verified");
  if (!told.verified.length) return [el("div", { class: "card empty" }, "Nobody vouches for an answer yet. Open a question under “Unanswered” to write one.")];
  const standing = told.verified.filter((one) => one.in_force).length;
  return [el("p", { class: "muted" }, `${number(standing)} of ${number(told.verified.length)} are given.`), ...told.verified.map(card)];
}

function card(one) {
  const state = one.in_force ? pill(`given until ${one.until}`, "good") : pill(`not given: ${one.expired}`, "bad");
  const wording = el("input", { maxlength: 400 });
  return el("article", { class: "card" },
    el("h2", {}, one.wordings[0], " ", state),
    el("p", {}, one.text),
    el("p", { class: "muted" }, `“${one.quote}” – ${one.title}${one.locator ? `, ${one.locator}` : ""}`),
    el("p", { class: "muted" }, `Vouched for by ${one.author} on ${one.at.slice(0, 10)}, for ${one.audience.join(", ")}`),
    one.wordings.length > 1 ? el("ul", {}, ...one.wordings.slice(1).map((text) => el("li", {}, text))) : null,
    one.in_force && desk.me.rights.includes("vouch") ? el("div", { class: "options" },
      labelled("Another wording", wording),
      doing("Add wording", "", async () => {
        await call(`verified/${one.id}/wordings`, { method: "POST", body: { wording: wording.value } });
        await desk.go("verified");
        say("Added.");
      }, `Add a wording to: ${one.wordings[0]}`),
      doing("Withdraw", "danger", async () => {
        await call(`verified/${one.id}`, { method: "DELETE" });
        await desk.go("verified");
        say("Withdrawn. It is given to nobody any more.");
      }, `Withdraw: ${one.wordings[0]}`)) : null);
}
