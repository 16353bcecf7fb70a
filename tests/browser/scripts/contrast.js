/** Texts that cannot be read in the colours now in force, drawings included (WCAG 2.2, 1.4.3). */
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixels = new Map();
  const pixel = colour => {
    if (!pixels.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "transparent"; // what stays where the next is no colour, such as `none`
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      pixels.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return pixels.get(colour);
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = pixel(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return pixel("Canvas");
  };
  const boxes = drawing => [...drawing.querySelectorAll("rect, circle, ellipse, path")];
  const under = (text, drawing) => {
    const { x, y, width, height } = text.getBoundingClientRect();
    const holds = box => {
      const at = box.getBoundingClientRect();
      return at.left <= x + width / 2 && at.right >= x + width / 2 && at.top <= y + height / 2 && at.bottom >= y + height / 2;
    };
    const filled = boxes(drawing).filter(box => holds(box) && pixel(getComputedStyle(box).fill)[3] === 255).pop();
    return filled ? pixel(getComputedStyle(filled).fill) : behind(drawing);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unread = new Set();
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !one.checkVisibility({ visibilityProperty: true }) || one.closest("title, desc, :disabled")) continue;
    const drawing = one.closest("svg");
    const style = getComputedStyle(one);
    const ratio = contrast(pixel(drawing ? style.fill : style.color), drawing ? under(one, drawing) : behind(one));
    if (ratio < 4.5) unread.add(`${ratio.toFixed(1)}: ${one.tagName.toLowerCase()} “${texts.currentNode.data.trim().slice(0, 40)}”`);
  }
  return [...unread];
}
