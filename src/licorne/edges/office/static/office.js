// The office's own script: keys, live updates, and small conveniences. Every page works without it.

const main = () => document.getElementById("main");
const list = () => document.getElementById("threads");
const frame = document.querySelector(".frame");

// Moving through a list, and single keys (which can be turned off: WCAG 2.1.4).

const rows = () => [...document.querySelectorAll(".pane-list .row-link")];

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(document.activeElement);
  const from = at >= 0 ? at : all.findIndex((row) => row.ariaCurrent === "true");
  all[Math.min(Math.max(from + step, 0), all.length - 1)].focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: () => document.querySelector(".bar-compose")?.click(),
  r: () => document.getElementById("answer")?.focus(),
  e: () => document.querySelector('.thread-acts [data-key="e"]')?.click(),
  t: () => document.querySelector('.work-acts [data-key="t"]')?.click(),
  n: () => {
    const note = document.querySelector('.note-new');
    if (!note) return;
    note.open = true;
    note.querySelector('textarea').focus();
  },
  "/": () => document.getElementById("words")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog[open]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing?.form) {
    event.preventDefault();
    typing.form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && typing?.id === "words") typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (frame?.dataset.shortcuts !== "on" || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
}

// On a phone the menu is a strip: show where one is.
document.querySelector(".menu-link[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// What is marked as open follows what is open.

function mark() {
  const open = main()?.querySelector("[data-thread]")?.dataset.thread;
  for (const row of document.querySelectorAll("#threads .row-link")) {
    if (row.dataset.thread === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function toLatest() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (!document.getElementById("messages")) return;
  if (named) named.scrollIntoView();
  else for (const box of [main(), document.scrollingElement]) box.scrollTop = box.scrollHeight;
}

// htmx notes the address in the browser's session storage, when it loads and when it changes the
// history. Nothing is to be kept there: the note is removed, and the history is changed here.
sessionStorage.removeItem("htmx-current-path-for-history");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "main") return;
  const path = event.detail.pathInfo.requestPath;
  if (path !== location.pathname) history.pushState(null, "", path);
  mark();
  toLatest();
  main().focus({ preventScroll: true });
});
addEventListener("popstate", () => location.reload());
document.addEventListener("click", (event) => {
  const row = event.target.closest("#contacts .row-link");
  if (!row) return;
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
});
if (document.querySelector(".thread #messages")) toLatest();

// A partial answer that says "signed out" or "not found" must not be swapped into a list.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr?.status === 401) event.detail.shouldSwap = false;
});

// Compose: names fill in numbers, the preview mirrors what is written, chosen files are listed.

document.addEventListener("click", (event) => {
  const filler = event.target.closest("[data-fills]");
  if (!filler) return;
  const field = document.getElementById(filler.dataset.fills);
  const before = field.value.split(/[,;]/).slice(0, -1).map((part) => part.trim());
  field.value = [...before, filler.dataset.value].join(", ");
  field.focus();
  field.dispatchEvent(new Event("filled", { bubbles: true }));
});

for (const mirror of document.querySelectorAll("[data-mirrors]")) {
  const field = document.getElementById(mirror.dataset.mirrors);
  const show = () => { mirror.textContent = field.value.trim() || mirror.dataset.empty; };
  field?.addEventListener("input", show);
}

document.addEventListener("change", (event) => {
  const id = event.target.dataset?.lists;
  if (!id) return;
  const names = [...event.target.files].map((file) => file.name);
  document.getElementById(id).textContent = names.join(", ");
});

document.addEventListener("input", (event) => {
  if (event.target.id !== "answer") return;
  event.target.style.height = "auto";
  event.target.style.height = `${Math.min(event.target.scrollHeight + 4, innerHeight / 2)}px`;
});

// Live: the server says which thread or message changed; this page asks for what it may see of it.
// A new message is opened (and so counts as seen) only while the page is before somebody's eyes.

const atWork = new Map();

// One refresh of a thing at a time; what changes meanwhile has it refreshed once more.
async function refresh(key, work) {
  if (atWork.has(key)) { atWork.set(key, true); return; }
  do {
    atWork.set(key, false);
    await work().catch(() => {});
  } while (atWork.get(key));
  atWork.delete(key);
}

async function part(path) {
  const answer = await fetch(path, { headers: { "HX-Request": "true" } });
  if (answer.status === 401) {
    location.assign("/office/sign-in");
    return new Promise(() => {}); // this page is over
  }
  if (!answer.ok) throw new Error("no such part");
  return answer.text();
}

function put(target, html, swapStyle) {
  htmx.swap(target, html, { swapStyle, swapDelay: 0, settleDelay: 0 });
}

async function refreshList() {
  const threads = list();
  if (!threads || threads.dataset.words || document.getElementById("words")?.value) return;
  const selected = main()?.querySelector("[data-thread]")?.dataset.thread ?? "";
  const html = await part(`/office/parts/list/${threads.dataset.folder}?selected=${selected}`);
  const focused = document.activeElement?.id;
  put(threads, html, "innerHTML");
  if (focused?.startsWith("row-")) document.getElementById(focused)?.focus();
}

async function refreshAlarms() {
  const alarms = document.getElementById("alarms");
  if (alarms) put(alarms, await part("/office/parts/alarms"), "innerHTML");
}

async function refreshWay(delivery) {
  if (!document.getElementById(`way-${delivery}`)) return;
  const html = await part(`/office/parts/delivery/${delivery}`);
  const way = document.getElementById(`way-${delivery}`);
  if (!way) return;
  const isOpen = way.querySelector(".story").open;
  put(way, html, "outerHTML");
  document.querySelector(`#way-${delivery} .story`).open = isOpen;
}

async function refreshThread(thread) {
  const isShown = () => main()?.querySelector(".thread[data-thread]")?.dataset.thread === thread;
  if (!isShown()) return;
  if (document.hidden) return;
  for (const delivery of JSON.parse(await part(`/office/parts/thread/${thread}`))) {
    if (document.getElementById(`message-${delivery}`)) continue;
    const html = await part(`/office/parts/message/${delivery}`);
    if (!isShown()) return;
    put(document.getElementById("messages"), html, "beforeend");
    document.getElementById(`message-${delivery}`).scrollIntoView({ block: "nearest" });
  }
}

// A window that nobody sees listens to nothing: a browser gives all windows together six connections
// to one host. Seen again, it catches up; and after a long time it shows nothing before the server
// has said that the session still lives.

const LONG = 10 * 60 * 1000; // milliseconds
let live;
let hiddenAt = 0;

function listen() {
  live = new EventSource("/office/live");
  live.addEventListener("thread", ({ data }) => {
    refresh("list", refreshList);
    refresh(`thread ${data}`, () => refreshThread(data));
  });
  live.addEventListener("delivery", ({ data }) => refresh(data, () => refreshWay(data)));
  live.addEventListener("alarm", () => refresh("alarms", refreshAlarms));
  live.addEventListener("session-over", () => {
    live.close();
    location.assign("/office/sign-in");
  });
}

async function catchUp() {
  if (performance.now() - hiddenAt > LONG) {
    frame.classList.add("is-unsure");
    await part("/office/parts/list/inbox").catch(() => {});
    frame.classList.remove("is-unsure");
  }
  const thread = main()?.querySelector(".thread[data-thread]")?.dataset.thread;
  refresh("list", refreshList);
  refresh("alarms", refreshAlarms);
  if (thread) refresh(`thread ${thread}`, () => refreshThread(thread));
  for (const { dataset: { delivery } } of document.querySelectorAll(".way[data-delivery]")) {
    refresh(delivery, () => refreshWay(delivery));
  }
}

if (frame) {
  if (!document.hidden) listen();
  addEventListener("pagehide", () => live?.close());
  document.addEventListener("visibilitychange", () => {
    live?.close();
    if (document.hidden) { hiddenAt = performance.now(); return; }
    listen();
    catchUp();
  });
}

// Printing needs the browser's own menu without script; with it, there is a button.

const prints = (root) => {
  for (const button of root.querySelectorAll("[data-prints]")) button.hidden = false;
};
prints(document);
document.addEventListener("htmx:afterSwap", (event) => prints(event.target));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
