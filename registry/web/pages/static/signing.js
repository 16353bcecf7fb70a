// Approves with a passkey: fetches the statement of what this page shows, lets the passkey sign it, and sends
// the form with what it signed. Without this script the page has the buttons that need none.
const about = document.getElementById("passkey");
const problem = document.querySelector("[data-passkey-problem]");
const works = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
const HIDDEN = "govuk-!-display-none";
const isNumeric = /^[\d.]+$|^\[/.test(location.hostname);

const ask = async (address, fields) => {
  const headers = { accept: "application/json" };
  const answer = await fetch(address, { method: "POST", body: fields, headers });
  const said = await answer.json();
  if (!answer.ok) {
    throw new Error(document.documentElement.lang === "cy" ? said.detail_cy : said.detail);
  }
  return said;
};

const use = async (form, fields) => {
  const { statement, options } = await ask(form.dataset.statement, fields);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  form.elements.assertion.value = JSON.stringify({ statement, credential: credential.toJSON() });
};

const tell = (fault) => {
  if (fault instanceof DOMException) return about.dataset.cancelled;
  return fault instanceof TypeError || fault instanceof SyntaxError ? about.dataset.failed : fault.message;
};

for (const button of works && !isNumeric ? document.querySelectorAll("button[data-passkey]") : []) {
  button.classList.remove(HIDDEN);
  button.addEventListener("click", async (click) => {
    if (button.form.elements.assertion.value) return;
    click.preventDefault();
    const fields = new URLSearchParams(new FormData(button.form, button));
    button.disabled = true;
    problem.textContent = "";
    try {
      await use(button.form, fields);
      button.disabled = false;
      button.form.requestSubmit(button);
    } catch (fault) {
      problem.textContent = tell(fault);
      button.disabled = false;
      button.focus();
    }
  });
}

if (isNumeric) document.querySelector("[data-passkey-host]")?.classList.remove(HIDDEN);
