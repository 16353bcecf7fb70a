/** What there is to see of the page that is open: only facts, which tests/browser/looking.py judges. */
() => {
  const encoded = entry => entry.encodedBodySize;
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = entries => entries.map(encoded).reduce((a, b) => a + b, 0);
  const twin = document.querySelector("header a[hreflang]");
  return {
    title: document.title,
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map(one => one.innerText.trim()),
    twin: twin && new URL(twin.href).pathname + new URL(twin.href).search,
    bytes: sum(loaded),
    scriptBytes: sum(loaded.filter(entry => new URL(entry.name).pathname.endsWith(".js"))),
  };
}
