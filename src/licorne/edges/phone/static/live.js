// Shows texts as they come. Not htmx, which notes the page in the tab's storage: on this origin
// live the contact's pages too, which promise to leave nothing there.
const handsets = document.querySelector("[data-live]");

async function refresh() {
  const answer = await fetch(handsets.dataset.fragment, { cache: "no-store" });
  if (answer.ok) {
    handsets.innerHTML = await answer.text();
  }
}

new EventSource(handsets.dataset.live).addEventListener("text", refresh);
