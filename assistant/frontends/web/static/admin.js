/* The admin page: coming, going, and which section is shown. */
import { $, el, say } from "./admin_dom.js";
import { showAccess } from "./admin_access.js";
import { showAudit } from "./admin_audit.js";
import { showDocuments } from "./admin_documents.js";
import { showGaps } from "./admin_gaps.js";
import { showOverview } from "./admin_overview.js";
import { showPeople } from "./admin_people.js";
import { showPolicy } from "./admin_policy.js";
import { showReports } from "./admin_reports.js";
import { call, desk, readFacts } from "./admin_server.js";
import { showTrial } from "./admin_trial.js";
import { showVerified } from "./admin_verified.js";
import { showWorkshop } from "./admin_workshop.js";

const SECTIONS = {
  overview: { title: "Overview", right: "overview", show: showOverview },
  gaps: { title: "Unanswered", right: "gaps", show: showGaps },
  verified: { title: "Verified answers", right: "verified", show: showVerified },
  documents: { title: "Documents", right: "documents", show: showDocuments },
  trial: { title: "Try as", right: "trial", show: showTrial },
  people: { title: "People", right: "people", show: showPeople },
  policy: { title: "Policy", right: "policy", show: showPolicy },
  audit: { title: "Audit", right: "audit", show: showAudit },
  reports: { title: "Reports", right: "reports", show: showReports },
  workshop: { title: "Workshop", right: "workshop", show: showWorkshop },
  access: { title: "Widget and keys", right: "access", show: showAccess },
};

function leave(why) {
  desk.me = null;
  $("desk").hidden = true;
  $("login").hidden = false;
  $("login-error").textContent = why || "";
  $("password").value = "";
  $("view").replaceChildren();
  $(why ? "password" : "name").focus();
}

async function enter(told) {
  desk.me = told;
  $("login").hidden = true;
  $("desk").hidden = false;
  $("who").textContent = `${desk.me.name} (${desk.me.roles.join(", ")})`;
  const open = Object.entries(SECTIONS).filter(([, s]) => desk.me.rights.includes(s.right));
  $("nav").replaceChildren(...open.map(([name, s]) => el("button", { type: "button", "data-section": name, on: { click: () => go(name) } }, s.title)));
  const wanted = location.hash.slice(1);
  await go(open.some(([name]) => name === wanted) ? wanted : open[0][0]);
}

async function go(name) {
  desk.section = name;
  history.replaceState(null, "", `#${name}`);
  for (const button of $("nav").children) {
    if (button.dataset.section === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  $("heading").textContent = SECTIONS[name].title;
  document.title = `${SECTIONS[name].title} · Assistant administration`;
  say("Loading …");
  try {
    if (!desk.facts || name === "overview") await readFacts();
    const nodes = await SECTIONS[name].show();
    if (desk.section !== name) return;
    $("view").replaceChildren(...nodes);
    say("");
  } catch (error) {
    if (desk.section === name) {
      $("view").replaceChildren();
      say(error.message, true);
    }
  }
}

desk.go = go;
desk.leave = leave;

$("login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  $("login-error").textContent = "";
  try {
    const told = await call("login", { method: "POST", body: { name: $("name").value, password: $("password").value } });
    $("password").value = "";
    await enter(told);
    $("content").focus();
  } catch (error) {
    $("login-error").textContent = error.message;
    $("password").select();
    $("password").focus();
  } finally {
    button.disabled = false;
  }
});
$("logout").addEventListener("click", async () => {
  try { await call("logout", { method: "POST" }); } finally { leave(""); }
});
for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault());

call("me").then(enter, () => leave(""));
