// Forms that a passkey fills in: `data-passkey` says whether one is made ("create") or used ("get"),
// `data-options` holds the options, `data-statement` what goes back beside the credential, if anything does.
// What the browser gives is sent in the field "passkey", as JSON. Where passkeys are not to be had, the form
// stays hidden and its neighbour, `data-without-passkey`, says what else to do.

const READ = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

function isSupported(form) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return false;
  const options = JSON.parse(form.dataset.options), site = options.rpId ?? options.rp.id;
  const isOurs = location.hostname === site || location.hostname.endsWith(`.${site}`);
  return isOurs && !/^[\d.]+$/.test(site);
}

async function ask(form) {
  const { passkey: act, options, statement } = form.dataset;
  const publicKey = PublicKeyCredential[READ[act]](JSON.parse(options));
  const credential = (await navigator.credentials[act]({ publicKey })).toJSON();
  return JSON.stringify(statement ? { statement, credential } : credential);
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const failed = form.querySelector("[role=alert]");
  failed.hidden = true;
  try {
    form.elements.passkey.value = await ask(form);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!isSupported(form)) continue;
  form.addEventListener("submit", submit);
  form.hidden = false;
  form.parentElement.querySelector("[data-without-passkey]").hidden = true;
}
