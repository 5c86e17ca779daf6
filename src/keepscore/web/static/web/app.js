/* What saves a trip, and nothing else: every page works without it.
   Keys: elements say their own with data-key ("/", "[", "g p"); rows are those of table[data-rows]. */
"use strict";

(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const shown = (element) => element.getClientRects().length > 0;
  const keysOn = () => document.body.dataset.keys !== "off";

  // --- keyboard ---
  let first = "", firstAt = 0;

  const writing = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog[open]");

  function moveRow(by) {
    const links = all("table[data-rows] tbody tr").map((row) => row.querySelector("th a, td a")).filter((link) => link && shown(link));
    if (!links.length) return;
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + by, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function press(keys) {
    const target = all("[data-key]").find((element) => element.dataset.key === keys);
    if (!target) return false;
    if (target.matches("input")) { target.focus(); target.select(); } else target.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
    const chord = first && Date.now() - firstAt < 1500 ? `${first} ${event.key}` : "";
    first = "";
    if (chord && press(chord)) { event.preventDefault(); return; }
    if (event.key === "j" || event.key === "k") { moveRow(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    if (event.key === "?") { open("keys"); event.preventDefault(); return; }
    if (press(event.key)) { event.preventDefault(); return; }
    if (all("[data-key]").some((element) => element.dataset.key.startsWith(`${event.key} `))) { first = event.key; firstAt = Date.now(); }
  });

  // --- dialogs and menus ---
  function open(id) {
    const dialog = document.getElementById(id);
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens);
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // --- forms ---
  document.addEventListener("submit", (event) => {
    const form = event.target, question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (form.method === "post" && form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post" && form.getAttribute("target") !== "_blank" && !form.hasAttribute("data-again")) form.dataset.sent = "1";
    const button = event.submitter;
    if (form.dataset.sent && button && button.dataset.busy) { button.textContent = button.dataset.busy; button.setAttribute("aria-disabled", "true"); }
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (form) form.requestSubmit();
  });

  // --- at first, and in what htmx brings ---
  function ready(within) {
    all("[data-opens][hidden]", within).forEach((button) => { if (keysOn() || button.dataset.opens !== "keys") button.hidden = false; });
    all("[data-with-script][hidden]", within).forEach((element) => { element.hidden = false; });
    all("[data-without-script]", within).forEach((element) => { element.hidden = true; });
    const problem = within.querySelector("[data-focus]");
    if (problem) problem.focus();
  }
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) ready(event.detail.elt); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) delete form.dataset.sent;
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ready(document));
  else ready(document);
})();
