/* Users and their roles, and who is logged in to this page. */
import { el, moment, number, pill, say, table } from "./admin_dom.js";
import { boxes, doing, labelled } from "./admin_form.js";
import { call, desk } from "./admin_server.js";

export async function showPeople() {
  const told = await call("people");
  return [
    el("h2", {}, `${number(told.users.length)} users`),
    table([["User"], ["Roles"], ["Added"], [""]], told.users.map((user) => [
      el("div", {}, user.name, user.locked ? pill("must wait", "warn") : null), user.roles.join(", "), moment(user.created_at),
      el("div", { class: "row" },
        doing("Roles", "", () => edit(user, told.roles), `Change the roles of ${user.name}`),
        user.name === desk.me.name ? null : doing("Remove", "danger", async () => {
          await call(`people/${encodeURIComponent(user.name)}`, { method: "DELETE" });
          await desk.go("people");
          say(`Removed: ${user.name}`);
        }, `Remove ${user.name}`)),
    ]), "No user."),
    adding(told.roles),
    el("h2", {}, "Logged in to this page"),
    table([["User"], ["Since"], ["Last used"], [""]], told.sessions.map((one) => [
      one.name, `${number(Math.round(one.age_s / 60))} min`, `${number(Math.round(one.idle_s / 60))} min ago`,
      one.own ? "this is you" : doing("End", "danger", async () => {
        await call(`sessions/${one.id}`, { method: "DELETE" });
        await desk.go("people");
        say(`Ended: a session of ${one.name}`);
      }, `End the session of ${one.name}`),
    ]), "Nobody."),
  ];
}

function edit(user, roles) {
  const picked = boxes(`Roles of ${user.name}`, roles, user.roles);
  const card = el("div", { class: "card" }, picked.node, el("div", { class: "buttons" },
    doing("Leave as it is", "", () => desk.go("people")),
    doing("Change roles", "primary", async () => {
      await call(`people/${encodeURIComponent(user.name)}`, { method: "PUT", body: { roles: picked.picked() } });
      await desk.go("people");
      say(`Changed: ${user.name}`);
    })));
  document.getElementById("view").replaceChildren(card);
}

function adding(roles) {
  const name = el("input", { maxlength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const password = el("input", { type: "password", maxlength: 1024, autocomplete: "new-password" });
  const picked = boxes("Roles", roles, []);
  return el("details", { class: "card" }, el("summary", {}, "Add a user"), labelled("Name", name), labelled("First password", password), picked.node,
    el("div", { class: "buttons" }, doing("Add", "primary", async () => {
      await call("people", { method: "POST", body: { name: name.value, password: password.value, roles: picked.picked() } });
      await desk.go("people");
      say(`Added: ${name.value}`);
    })));
}
