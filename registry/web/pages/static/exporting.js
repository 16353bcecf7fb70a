// Tells how far the export is, without loading the page again. Without a script the page loads itself anew.
const bar = document.querySelector("[data-standing]");
const said = document.querySelector("[data-said]");
async function look() {
  const answer = await fetch(bar.dataset.standing, { headers: { accept: "application/json" } });
  if (!answer.ok) {
    return;
  }
  const standing = await answer.json();
  if (!standing.running) {
    location.reload();
    return;
  }
  bar.value = standing.percent;
  said.textContent = `${standing.percent} % · ${Math.ceil(standing.octets / 1024)} kB`;
  setTimeout(look, 1000);
}
if (bar) {
  setTimeout(look, 500);
}
