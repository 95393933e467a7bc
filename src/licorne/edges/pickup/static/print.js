// Printing needs the browser's own menu without JavaScript; with it, there is a button.
for (const button of document.querySelectorAll("button[data-prints]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
