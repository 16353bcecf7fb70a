/** What sticks out of a narrow window and makes the whole page scroll sideways. */
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrollsItself = one => one && (getComputedStyle(one).overflowX !== "visible" || scrollsItself(one.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter(one => one.getBoundingClientRect().right > width + 1 && !scrollsItself(one.parentElement))
    .map(one => `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""}`)
    .concat(`${document.documentElement.scrollWidth} px`)
    .slice(-4);
}
