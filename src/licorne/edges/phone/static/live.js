// Shows texts as they come. Not htmx, which notes the page in the tab's storage: on this origin
// live the contact's pages too, which promise to leave nothing there.
const handsets = document.querySelector("[data-live]");

async function refresh() {
  const answer = await fetch(handsets.dataset.fragment, { cache: "no-store" });
  if (answer.ok) {
    handsets.innerHTML = await answer.text();
  }
}

// Only while somebody looks: a browser gives all windows together six connections to one host. The
// first event comes at once, so that nothing is missed.
let live;

function listen() {
  live?.close();
  if (document.hidden) return;
  live = new EventSource(handsets.dataset.live);
  live.addEventListener("text", refresh);
}

document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => live?.close());
listen();
