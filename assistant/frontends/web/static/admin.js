/* The admin page. Every text is set by textContent; the page's policy forbids markup from strings altogether. */
"use strict";

const SECTIONS = {
  overview: { title: "Overview", right: "overview", show: showOverview },
  documents: { title: "Documents", right: "documents", show: showDocuments },
  policy: { title: "Policy", right: "policy", show: showPolicy },
  audit: { title: "Audit", right: "audit", show: showAudit },
  reports: { title: "Reports", right: "reports", show: showReports },
  access: { title: "Widget and keys", right: "access", show: showAccess },
};
const $ = (id) => document.getElementById(id);
let me = null;
let facts = null;
let section = "overview";
let uploads = Promise.resolve();
// What was chosen last stays chosen: a form that fell back would put the next files elsewhere.
let chosen = { label: "", collection: "default" };

function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [type, call] of Object.entries(value)) node.addEventListener(type, call);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

async function call(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { ...headers };
  if (method !== "GET" && me) sent["X-CSRF-Token"] = me.csrf;
  let payload = body;
  if (body && !(body instanceof Blob)) {
    payload = JSON.stringify(body);
    sent["Content-Type"] = "application/json";
  }
  const response = await fetch(`/admin/api/${path}`, { method, body: payload, headers: sent, credentials: "same-origin", cache: "no-store" });
  if (response.status === 204) return null;
  const told = await response.json();
  if (response.ok) return told;
  if (response.status === 401 && me && path !== "login") leave("Your session has ended. Log in again.");
  const words = [told.error.message, told.error.remedy].filter(Boolean).join(" – ");
  const error = new Error(words[0].toUpperCase() + words.slice(1));
  error.status = response.status;
  error.retry = Number(response.headers.get("Retry-After")) || 0;
  throw error;
}

function say(text, bad) {
  $("message").textContent = text;
  $("message").className = bad ? "bad" : "";
}

const number = (n) => new Intl.NumberFormat("en").format(n);
const size = (n) => (n > 1048576 ? `${(n / 1048576).toFixed(1)} MiB` : `${Math.max(1, Math.round(n / 1024))} KiB`);
const moment = (at) => at.replace("T", " ").replace(/\.\d+/, "").replace(/(Z|\+00:00)$/, " UTC");
const pill = (text, kind) => el("span", { class: `pill ${kind || ""}` }, text);

function table(heads, rows, empty) {
  if (!rows.length) return el("div", { class: "card empty" }, empty);
  const cell = (tag, value, kind) => el(tag, { class: kind, scope: tag === "th" ? "col" : null }, value);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {},
      el("thead", {}, el("tr", {}, ...heads.map(([text, kind]) => cell("th", text, kind)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((value, n) => cell("td", value, heads[n][1])))))));
}

// -------------------------------------------------------------------- coming and going

function leave(why) {
  me = null;
  $("desk").hidden = true;
  $("login").hidden = false;
  $("login-error").textContent = why || "";
  $("password").value = "";
  $("view").replaceChildren();
  $(why ? "password" : "name").focus();
}

async function enter(told) {
  me = told;
  $("login").hidden = true;
  $("desk").hidden = false;
  $("who").textContent = `${me.name} (${me.roles.join(", ")})`;
  const open = Object.entries(SECTIONS).filter(([, s]) => me.rights.includes(s.right));
  $("nav").replaceChildren(...open.map(([name, s]) => el("button", { type: "button", "data-section": name, on: { click: () => go(name) } }, s.title)));
  const wanted = location.hash.slice(1);
  await go(open.some(([name]) => name === wanted) ? wanted : open[0][0]);
}

async function go(name) {
  section = name;
  history.replaceState(null, "", `#${name}`);
  for (const button of $("nav").children) {
    if (button.dataset.section === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  $("heading").textContent = SECTIONS[name].title;
  document.title = `${SECTIONS[name].title} · Assistant administration`;
  say("Loading …");
  try {
    if (!facts || name === "overview") await readFacts();
    const nodes = await SECTIONS[name].show();
    if (section !== name) return;
    $("view").replaceChildren(...nodes);
    say("");
  } catch (error) {
    if (section === name) {
      $("view").replaceChildren();
      say(error.message, true);
    }
  }
}

async function readFacts() {
  facts = await call("overview");
  $("pack").textContent = facts.pack;
  $("state").textContent = facts.ready ? "ready" : `not ready: ${facts.unready}`;
  $("state").className = `pill ${facts.ready ? "good" : "warn"}`;
}

// -------------------------------------------------------------------- sections

async function showOverview() {
  const tile = (value, words) => el("div", { class: "tile" }, el("b", {}, number(value)), el("span", {}, words));
  const fact = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
  return [
    el("div", { class: "tiles" }, tile(facts.documents, "documents"), tile(facts.passages, "passages"), tile(facts.sessions, "visitors now"), tile(facts.waiting, "questions waiting"), tile(facts.audit_records, "audit records"), tile(facts.users, "users")),
    el("div", { class: "card" }, el("h2", {}, "In force"), el("dl", { class: "facts" },
      ...fact("Policy", `${facts.policy.id}, version ${facts.policy.version}`),
      ...fact("Mode", facts.policy.mode === "enforce" ? "enforced" : "monitoring only"),
      ...fact("Policy hash", el("code", {}, facts.policy.sha256)),
      ...fact("Vault", `${size(facts.vault_bytes)}, encrypted (${facts.cipher})`),
      ...fact("Access", `${facts.sites} ${facts.sites === 1 ? "site" : "sites"}, ${facts.keys} API ${facts.keys === 1 ? "key" : "keys"}`),
      ...fact("Version", facts.version))),
  ];
}

async function showDocuments() {
  const told = await call("documents");
  const nodes = [];
  if (me.rights.includes("ingest")) nodes.push(...uploader(told));
  const collections = Object.entries(told.collections).map(([name, count]) => `${name} (${number(count)})`).join(", ");
  nodes.push(el("h2", {}, `${number(told.total)} documents`), el("p", { class: "muted" }, collections ? `Collections: ${collections}` : "No collection yet."));
  nodes.push(table([["Document"], ["Collection"], ["Labels"], ["Passages", "num"], ["Taken in"], [""]],
    told.documents.map((doc) => [
      el("div", {}, doc.readable ? doc.title : "Not for you to read", el("span", { class: "sub" }, doc.readable ? doc.source : doc.id)), doc.collection, doc.labels.join(", "), number(doc.passages), moment(doc.added_at),
      me.rights.includes("delete") ? el("button", { class: "ghost", type: "button", "aria-label": `Erase ${doc.title || doc.id}`, on: { click: () => erase(doc) } }, "Erase") : "",
    ]), "No document that you may see. Drop files above to take them in."));
  return nodes;
}

function uploader(told) {
  const jobs = el("ul", { class: "jobs", "aria-live": "polite" });
  const picker = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to take in", on: { change: () => { take([...picker.files]); picker.value = ""; } } });
  const open = `as stored, or by the policy (${facts.default_labels.join(", ")})`;
  const label = el("select", { id: "label", on: { change: () => { chosen.label = label.value; } } },
    ...["", ...facts.labels].map((name) => el("option", { value: name, selected: name === chosen.label }, name || open)));
  const collection = el("input", { id: "collection", on: { change: () => { chosen.collection = collection.value; } }, value: chosen.collection, maxlength: 64, list: "collections", spellcheck: "false" });
  const known = el("datalist", { id: "collections" }, ...Object.keys(told.collections).map((name) => el("option", { value: name })));
  const zone = el("div", { class: "drop", on: {
    dragover: (e) => { e.preventDefault(); zone.classList.add("over"); },
    dragleave: () => zone.classList.remove("over"),
    drop: (e) => { e.preventDefault(); zone.classList.remove("over"); take([...e.dataTransfer.files]); },
  } },
  el("p", {}, "Drop files here, or ", el("button", { class: "pick", type: "button", on: { click: () => picker.click() } }, "choose files")),
  el("p", { class: "muted" }, "They are read in memory and stored encrypted, under the policy’s ingest checks."), picker);

  function take(files) {
    for (const file of files) {
      const state = pill("waiting");
      jobs.append(el("li", {}, el("span", { class: "file" }, `${file.name} (${size(file.size)})`), state));
      chosen = { label: label.value, collection: collection.value.trim() || "default" };
      const wanted = { ...chosen };
      uploads = uploads.then(() => send(file, wanted, state));
    }
    uploads = uploads.then(async () => {
      facts = null;
      if (section !== "documents") return;
      const before = jobs.cloneNode(true);
      await go("documents");
      document.querySelector(".jobs").replaceWith(before);
    });
  }

  return [zone, el("div", { class: "options" }, el("div", {}, el("label", { for: "label" }, "Access label"), label), el("div", {}, el("label", { for: "collection" }, "Collection"), collection, known)), jobs];
}

async function send(file, wanted, state) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  state.textContent = "taking in …";
  for (let tries = 0; ; tries += 1) {
    try {
      const told = await call(`documents?${query}`, { method: "POST", body: file, headers: { "X-Filename": encodeURIComponent(file.name), "Content-Type": "application/octet-stream" } });
      if (told.problems.length) {
        state.textContent = told.problems.map((p) => [p.reason, p.remedy].filter(Boolean).join(" – ")).join("; ");
        state.className = "pill bad";
      } else {
        const under = Object.keys(told.labels).join("; ");
        const empty = Object.entries(told.roles).filter(([, count]) => count === 0).map(([role]) => role);
        const words = told.unchanged ? ["unchanged"] : [`${told.replaced ? "replaced" : "added"}, ${number(told.passages)} passages under ${under}`];
        if (empty.length && !told.unchanged) words.push(`can read nothing here: ${empty.join(", ")}`);
        state.textContent = [...words, ...told.notices].join("; ");
        state.className = "pill good";
      }
      return;
    } catch (error) {
      if (error.status === 409 && tries < 20) {
        await new Promise((done) => setTimeout(done, 3000));
        continue;
      }
      state.textContent = error.message;
      state.className = "pill bad";
      return;
    }
  }
}

function erase(doc) {
  const dialog = $("confirm");
  $("confirm-text").textContent = doc.title;
  dialog.returnValue = "no";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "yes") return;
    try {
      await call(`documents/${encodeURIComponent(doc.id)}`, { method: "DELETE" });
      facts = null;
      await go("documents");
      say(`Erased: ${doc.title}`);
      $("content").focus();
    } catch (error) {
      say(error.message, true);
    }
  };
  dialog.showModal();
}

async function showPolicy() {
  const told = await call("policy");
  const nodes = [el("div", { class: "card" }, el("ol", { class: "policy" }, ...told.sentences.map((text) => el("li", {}, text))))];
  if (told.objections.length) nodes.push(el("div", { class: "card" }, el("h2", {}, "What a careful reader would object to"), el("ul", {}, ...told.objections.map((text) => el("li", {}, text)))));
  return nodes;
}

async function showAudit() {
  const told = await call("audit");
  const verdict = told.ok ? pill("the chain holds", "good") : pill(`broken: ${told.damage} at record ${told.bad_seq}`, "bad");
  return [
    el("div", { class: "card" }, el("h2", {}, `${number(told.records)} records `, verdict), el("p", { class: "muted" }, "Write this head down elsewhere; a later check against it notices a cut-off end."), el("pre", {}, told.head || "–")),
    table([["No.", "num"], ["When"], ["What"], ["Who"], ["Result"], ["Record"]],
      told.last.map((r) => [number(r.seq), moment(r.at), r.kind, String(r.record.principal || r.record.user || r.record.name || ""), String(r.record.status || r.record.vote || ""),
        el("details", {}, el("summary", {}, r.id), el("pre", {}, JSON.stringify(r.record, null, 1)))]), "No record yet."),
  ];
}

async function showReports() {
  const told = await call("reports");
  return [table([["Report"], ["Size", "num"], ["Made"]],
    told.reports.map((r) => [el("a", { href: `/admin/reports/${encodeURIComponent(r.name)}`, target: "_blank", rel: "noopener" }, r.name), size(r.bytes), moment(r.at)]),
    "No report yet. `assistant eval` and `assistant fairness audit` write them.")];
}

async function showAccess() {
  const told = await call("access");
  const snippet = `<script src="${location.origin}/widget.js"\n        integrity="${told.integrity}"\n        crossorigin="anonymous" defer></script>\n<assistant-chat token-src="/assistant-token"></assistant-chat>`;
  return [
    el("div", { class: "card" }, el("h2", {}, "Embed the widget"), el("pre", {}, snippet)),
    el("h2", {}, "Sites"),
    table([["Site"], ["Origins"], ["Visitors ask as"]], told.sites.map((s) => [s.name, s.origins.join(", "), s.roles.join(", ")]), "No page may embed the widget yet: assistant serve new-site NAME --origin URL --role ROLE"),
    el("p", {}),
    el("h2", {}, "API keys"),
    table([["Key"], ["Asks as"]], told.keys.map((k) => [k.name, k.roles.join(", ")]), "No program may call yet: assistant serve new-key NAME --role ROLE"),
  ];
}

// -------------------------------------------------------------------- start

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
