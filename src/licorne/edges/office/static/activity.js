// Somebody who writes for half an hour is not idle: what a person does on a page keeps their session,
// told to the server at most once a minute. Nothing that a page does by itself comes here.

const MINUTE = 60 * 1000; // milliseconds
let toldAt = performance.now();

function tell() {
  if (performance.now() - toldAt < MINUTE) return;
  toldAt = performance.now();
  const token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
  fetch("/office/here", { method: "POST", headers: { "X-CSRF-Token": token } }).catch(() => {});
}

for (const act of ["keydown", "pointerdown", "wheel", "touchstart"]) {
  addEventListener(act, tell, { passive: true, capture: true });
}
