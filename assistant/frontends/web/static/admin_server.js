/* Asking the server, and what this page knows: who is logged in, what the overview said, which section is open. */
import { $ } from "./admin_dom.js";

export const desk = { me: null, facts: null, section: "overview", go: async () => {}, leave: () => {} };

export async function call(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { ...headers };
  if (method !== "GET" && desk.me) sent["X-CSRF-Token"] = desk.me.csrf;
  let payload = body;
  if (body && !(body instanceof Blob)) {
    payload = JSON.stringify(body);
    sent["Content-Type"] = "application/json";
  }
  const response = await fetch(`/admin/api/${path}`, { method, body: payload, headers: sent, credentials: "same-origin", cache: "no-store" });
  if (response.status === 204) return null;
  const told = await response.json();
  if (response.ok) return told;
  if (response.status === 401 && desk.me && path !== "login") desk.leave("Your session has ended. Log in again.");
  const words = [told.error.message, told.error.remedy].filter(Boolean).join(" – ");
  const error = new Error(words[0].toUpperCase() + words.slice(1));
  error.status = response.status;
  error.retry = Number(response.headers.get("Retry-After")) || 0;
  throw error;
}

export async function readFacts() {
  desk.facts = await call("overview");
  $("pack").textContent = desk.facts.pack;
  $("state").textContent = desk.facts.ready ? "ready" : `not ready: ${desk.facts.unready}`;
  $("state").className = `pill ${desk.facts.ready ? "good" : "warn"}`;
}
