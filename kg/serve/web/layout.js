// Where nodes stand: springs along edges, all nodes push each other away, the same input gives the same picture.

const STEPS = 240;
const LENGTH = 110;

export function settle(nodes, edges, centre) {
  const free = nodes.filter((n) => n.x === undefined);
  free.forEach((n, i) => {
    // A sunflower around what it hangs on: no two start at one place, and there is no chance in it.
    const radius = 60 + 14 * Math.sqrt(i + 1);
    const angle = i * 2.399963;
    const from = n.from && n.from.x !== undefined ? n.from : { x: 0, y: 0 };
    n.x = from.x + (n === centre ? 0 : radius * Math.cos(angle));
    n.y = from.y + (n === centre ? 0 : radius * Math.sin(angle));
  });
  for (let step = 0; step < STEPS; step += 1) move(nodes, edges, centre, 1 - step / STEPS);
}

function move(nodes, edges, centre, heat) {
  for (const n of nodes) {
    n.dx = -n.x * 0.004;
    n.dy = -n.y * 0.004;
  }
  for (let i = 0; i < nodes.length; i += 1) {
    for (let j = i + 1; j < nodes.length; j += 1) {
      const a = nodes[i];
      const b = nodes[j];
      const dx = a.x - b.x || 0.01 * (i - j);
      const dy = (a.y - b.y) * 1.4 || 0.01;
      const push = 5200 / (dx * dx + dy * dy + 60);
      const far = Math.hypot(dx, dy);
      a.dx += (push * dx) / far;
      a.dy += (push * dy) / far;
      b.dx -= (push * dx) / far;
      b.dy -= (push * dy) / far;
    }
  }
  for (const { source, target } of edges) {
    const dx = target.x - source.x;
    const dy = target.y - source.y;
    const far = Math.hypot(dx, dy) || 1;
    const pull = (0.06 * (far - LENGTH)) / far;
    source.dx += pull * dx;
    source.dy += pull * dy;
    target.dx -= pull * dx;
    target.dy -= pull * dy;
  }
  for (const n of nodes) {
    if (n === centre) continue;
    const speed = Math.hypot(n.dx, n.dy) || 1;
    const step = Math.min(speed, 30 * heat) / speed;
    n.x += n.dx * step;
    n.y += n.dy * step;
  }
}
