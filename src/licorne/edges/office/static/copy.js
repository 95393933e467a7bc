// While a copy is made the browser saves it; the page tells how far it has come.

const form = document.querySelector("form[data-copies]");

async function follow(copy) {
  const meter = form.querySelector(".copy-progress");
  const status = form.querySelector("[data-ended]");
  meter.hidden = false;
  for (let misses = 0; misses < 30; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await fetch(`/office/exports/${copy}`).catch(() => null);
    if (!answer?.ok) {
      misses += 1;
      continue;
    }
    const { done, ended } = await answer.json();
    meter.querySelector("progress").value = done;
    meter.querySelector("[data-shows-count]").textContent = done;
    if (ended) {
      status.textContent = status.dataset.ended;
      status.classList.remove("visually-hidden");
      return;
    }
  }
}

let begun = false;
form?.addEventListener("submit", (event) => {
  if (begun) {
    event.preventDefault(); // one page, one copy: its number is on record
    return;
  }
  begun = true;
  follow(form.dataset.copies);
});
