// Passkeys: the browser's answer and the secret that opens the member's key go into an ordinary form.
// A passkey that gives no secret stands beside the password, or is of no use (data-secret="required").
// Without JavaScript, or where the browser can't, these forms stay hidden; the password serves as ever.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const secretOf = (credential) => credential?.getClientExtensionResults().prf?.results?.first;

function askFor(form, id) {
  return navigator.credentials.get({ publicKey: {
    challenge: bytes(form.dataset.challenge),
    rpId: form.dataset.host,
    userVerification: "required",
    allowCredentials: id ? [{ type: "public-key", id }] : [],
    extensions: { prf: { eval: { first: bytes(form.dataset.salt) } } },
  } });
}

async function add(form) {
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes(form.dataset.challenge),
    rp: { id: form.dataset.host, name: form.dataset.practice },
    user: { id: bytes(form.dataset.user), name: form.dataset.account, displayName: form.dataset.name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    extensions: { prf: { eval: { first: bytes(form.dataset.salt) } } },
  } });
  // Many give the secret only when they are used, so it is used once.
  const secret = secretOf(made) ?? secretOf(await askFor(form, made.rawId));
  return [made, secret];
}

async function use(form) {
  const given = await askFor(form, null);
  return [given, secretOf(given)];
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-trouble]");
    try {
      if (form.elements.answer.value) return form.submit(); // asked for the password already
      const [credential, secret] = await (form.dataset.passkey === "add" ? add(form) : use(form));
      const response = { clientDataJSON: text(credential.response.clientDataJSON) };
      for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
        if (credential.response[name]) response[name] = text(credential.response[name]);
      }
      form.elements.answer.value = JSON.stringify({
        id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      });
      form.elements.secret.value = secret ? text(secret) : "";
      if (form.dataset.secret === "required" && !secret) throw new Error("no secret");
      const beside = form.querySelector("[data-beside]");
      if (!beside || secret) return form.submit();
      beside.hidden = false; // without the secret, the password has to open the member's key
      beside.querySelector("input").focus();
    } catch {
      trouble.hidden = false;
    }
  });
}
