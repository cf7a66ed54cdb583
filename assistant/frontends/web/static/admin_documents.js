import { $, el, moment, number, pill, say, size, table } from "./admin_dom.js";
import { call, desk } from "./admin_server.js";

let uploads = Promise.resolve();
// What was chosen last stays chosen: a form that fell back would put the next files elsewhere.
let chosen = { label: "", collection: "default" };

export async function showDocuments() {
  const told = await call("documents");
  const nodes = [];
  if (desk.me.rights.includes("ingest")) nodes.push(...uploader(told));
  const collections = Object.entries(told.collections).map(([name, count]) => `${name} (${number(count)})`).join(", ");
  nodes.push(el("h2", {}, `${number(told.total)} documents`), el("p", { class: "muted" }, collections ? `Collections: ${collections}` : "No collection yet."));
  nodes.push(table([["Document"], ["Collection"], ["Labels"], ["Passages", "num"], ["Taken in"], [""]],
    told.documents.map((doc) => [
      el("div", {}, doc.readable ? doc.title : "Not for you to read", el("span", { class: "sub" }, doc.readable ? doc.source : doc.id)), doc.collection, doc.labels.join(", "), number(doc.passages), moment(doc.added_at),
      desk.me.rights.includes("delete") ? el("button", { class: "ghost", type: "button", "aria-label": `Erase ${doc.title || doc.id}`, on: { click: () => erase(doc) } }, "Erase") : "",
    ]), "No document that you may see. Drop files above to take them in."));
  return nodes;
}

function uploader(told) {
  const jobs = el("ul", { class: "jobs", "aria-live": "polite" });
  const picker = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to take in", on: { change: () => { take([...picker.files]); picker.value = ""; } } });
  const open = `as stored, or by the policy (${desk.facts.default_labels.join(", ")})`;
  const label = el("select", { id: "label", on: { change: () => { chosen.label = label.value; } } },
    ...["", ...desk.facts.labels].map((name) => el("option", { value: name, selected: name === chosen.label }, name || open)));
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
      desk.facts = null;
      if (desk.section !== "documents") return;
      const before = jobs.cloneNode(true);
      await desk.go("documents");
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
      desk.facts = null;
      await desk.go("documents");
      say(`Erased: ${doc.title}`);
      $("content").focus();
    } catch (error) {
      say(error.message, true);
    }
  };
  dialog.showModal();
}
