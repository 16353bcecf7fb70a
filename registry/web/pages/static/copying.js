// Puts a button beside each command that copies it. Without a script the command is marked and copied by hand.
for (const command of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary auditing-copy";
  button.textContent = command.dataset.copy;
  const said = document.createElement("span");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command.textContent.trim());
    said.textContent = command.dataset.copied;
    button.textContent = command.dataset.copied;
  });
  command.after(button, said);
}
