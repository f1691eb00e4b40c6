"use strict";

// The page is rendered by the server. At every change this script fetches the same page again and
// puts in place only the parts that differ, so that opened threads, focus and the scroll stay.

const scroller = document.getElementById("scroller");
const feed = document.getElementById("feed");
const jump = document.getElementById("jump");
const status = document.getElementById("status");
const NEWEST_FIRST = ["feed-email", "feed-pagerduty", "feed-refused"];
const newestLast = !NEWEST_FIRST.some((name) => feed.classList.contains(name));
const rendered = new WeakMap();

function remember(container) {
  for (const child of container.children) rendered.set(child, child.outerHTML);
}

function keepOpen(before, after) {
  for (const details of before.querySelectorAll("details[open][id]")) {
    const twin = after.querySelector(`#${CSS.escape(details.id)}`);
    if (twin) twin.open = true;
  }
}

function focusedHref() {
  const focused = document.activeElement;
  return focused && focused.matches("#places a") ? focused.getAttribute("href") : null;
}

// Bring the children of `old` in line with those of `fresh`; returns those that came or changed.
function reconcile(old, fresh) {
  const news = [];
  const wanted = new Set([...fresh.children].map((child) => child.id));
  for (const child of [...old.children]) if (!wanted.has(child.id)) child.remove();
  [...fresh.children].forEach((incoming, position) => {
    const html = incoming.outerHTML;
    let current = [...old.children].find((child) => child.id === incoming.id);
    if (!current || rendered.get(current) !== html) {
      const added = document.importNode(incoming, true);
      if (current) keepOpen(current, added);
      if (current) current.replaceWith(added);
      current = added;
      rendered.set(added, html);
      news.push(added);
    }
    if (old.children[position] !== current) old.insertBefore(current, old.children[position] || null);
  });
  return news;
}

function nearEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  jump.hidden = true;
}

// Entries of the left column that grew since they were last looked at are bold.
function markUnread() {
  for (const link of document.querySelectorAll("#places a")) {
    const key = `seen:${link.dataset.key}`;
    const count = Number(link.dataset.count);
    const seen = Number(sessionStorage.getItem(key) || 0);
    if (link.getAttribute("aria-current") || count < seen) sessionStorage.setItem(key, String(count));
    link.classList.toggle("unread", !link.getAttribute("aria-current") && count > seen);
  }
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const follow = newestLast && nearEnd();
  const href = focusedHref();
  reconcile(document.getElementById("places"), fresh.getElementById("places"));
  document.getElementById("counts").replaceWith(document.importNode(fresh.getElementById("counts"), true));
  const news = reconcile(feed, fresh.getElementById("feed"));
  for (const entry of news) if (entry.matches(".entry")) entry.classList.add("fresh");
  if (href) document.querySelector(`#places a[href="${CSS.escape(href)}"]`)?.focus();
  markUnread();
  if (follow) toEnd();
  else if (newestLast && news.some((entry) => entry.matches(".entry:last-child"))) jump.hidden = false;
}

// One refresh at a time, and one more after it if something changed meanwhile.
let busy = false;
let again = false;
async function refreshSoon() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    await refresh();
  } catch (error) {
    show(false);
  }
  setTimeout(() => {
    busy = false;
    if (again) {
      again = false;
      refreshSoon();
    }
  }, 100);
}

function show(live) {
  const text = live ? "Live" : "Not connected";
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("off", !live);
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-thread]");
  if (!link) return;
  const thread = document.getElementById(link.dataset.thread);
  if (thread) thread.open = true;
});

// Who presses, kept for this browser.
const who = document.getElementById("who");
if (who) {
  who.value = localStorage.getItem("who") || who.value;
  who.addEventListener("change", () => localStorage.setItem("who", who.value));
}

// A press goes to the app by the server, which signs it; what becomes of it arrives as a change.
async function press(element, value) {
  if (!value || element.getAttribute("aria-busy")) return;
  element.setAttribute("aria-busy", "true");
  const { action, channel, ts } = element.dataset;
  const body = JSON.stringify({ channel, ts, action_id: action, value, user: who.value.trim() || "anna" });
  try {
    const answer = await fetch("/slack/press", { method: "POST", body });
    if (answer.ok && !(await answer.json()).sent) refreshSoon(); // another was faster: the button is gone
  } catch (error) {
    show(false);
  }
  element.removeAttribute("aria-busy");
  if (element.matches("select")) element.value = "";
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) press(button, button.dataset.value);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-action]")) press(event.target, event.target.value);
});

document.getElementById("clear").addEventListener("click", async () => {
  if (window.confirm("Forget everything that arrived?")) await fetch("/api/messages", { method: "DELETE" });
});
jump.addEventListener("click", toEnd);
scroller.addEventListener("scroll", () => { if (nearEnd()) jump.hidden = true; }, { passive: true });
window.addEventListener("hashchange", openTarget);

remember(feed);
// On a phone the column is a strip: bring the current place into it. Not by scrollIntoView, from
// which a browser may count as where Tab goes on: the first key is to reach the link to the messages.
const current = document.querySelector("#places [aria-current]");
if (current) {
  const strip = document.getElementById("places");
  const [inner, outer] = [current.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
remember(document.getElementById("places"));
markUnread();
if (newestLast && !location.hash) toEnd();

const source = new EventSource("/events");
source.addEventListener("open", () => show(true));
source.addEventListener("error", () => show(false));
source.addEventListener("changed", refreshSoon);
// An open stream would keep the page out of the browser's cache of pages and hold a connection.
window.addEventListener("pagehide", () => source.close());
