// A password or passphrase can be shown while it is typed. Without JavaScript the button stays
// hidden and the field works as ever.
for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const [show, hide] = button.querySelectorAll("[data-when]");
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    show.hidden = shown;
    hide.hidden = !shown;
  };
  button.addEventListener("click", () => {
    set(field.type === "password");
    field.focus();
  });
  // A shown password must not stay in the browser's memory of what was typed into text fields.
  field.form.addEventListener("submit", () => set(false));
  button.hidden = false;
}
