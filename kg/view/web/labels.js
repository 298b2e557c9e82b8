// Labels are drawn by ourselves, at one size on the screen whatever the zoom, the most connected first, none over another.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
// So few that stand out are all named, over other dots if need be.
const FEW = 10;
// Of so many the best connected are tried; more names than this no screen has room for.
const MOST_NAMED = 400;
const widths = new Map();
let placedLabels = [];

function widthOf(context, text) {
  const key = context.font + text;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

const cells = (box) => {
  const out = [];
  for (let x = Math.floor(box[0] / 90); x <= Math.floor(box[2] / 90); x += 1) {
    for (let y = Math.floor(box[1] / 24); y <= Math.floor(box[3] / 24); y += 1) out.push(x * 4096 + y);
  }
  return out;
};

// A long name gives way to its abbreviation where the papers give one.
function shortName(node) {
  if (node.short === undefined) {
    const short = node.label.length > 16 && node.type !== PAPER
      ? node.aliases.filter((a) => /^[A-Z][A-Za-z0-9-]{1,9}$/.test(a) && (a.match(/[A-Z]/g) || []).length > 1).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] : null;
    node.short = short || cut(node.label, 28);
  }
  return node.short;
}

const meets = (taken, box) => cells(box).some((cell) => (taken.get(cell) || []).some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]));

function takeRoom(taken, box) {
  for (const cell of cells(box)) taken.has(cell) ? taken.get(cell).push(box) : taken.set(cell, [box]);
}

// Below the dot, above it, right or left of it: the first place that is free; hubs may lie over small dots.
function roomFor(at, r, half, labels, dotsTaken, rank, hub, width) {
  const below = [at.x - half, at.y + r + 2, at.x + half, at.y + r + 17];
  if (rank >= 300) return below;
  const boxes = [below, [at.x - half, at.y - r - 18, at.x + half, at.y - r - 3], [at.x + r + 2, at.y - 8, at.x + r + 2 + 2 * half, at.y + 7], [at.x - r - 2 - 2 * half, at.y - 8, at.x - r - 2, at.y + 7]];
  const corner = r * .7 + 1;
  for (const [dx, dy] of [[1, -1], [1, 1], [-1, -1], [-1, 1]]) {
    const left = dx > 0 ? at.x + corner : at.x - corner - 2 * half;
    const up = dy > 0 ? at.y + corner : at.y - corner - 15;
    boxes.push([left, up, left + 2 * half, up + 15]);
  }
  const free = boxes.filter((box) => box[0] >= 0 && box[2] <= width && !meets(labels, box));
  return free.find((box) => !meets(dotsTaken, box)) || (hub ? free[0] : undefined);
}

function drawLabels(context) {
  const ratio = context.canvas.width / context.canvas.clientWidth;
  const [width, height] = [context.canvas.clientWidth, context.canvas.clientHeight];
  const scale = network.getScale();
  const middle = network.getViewPosition();
  const colors = ink();
  const light = lit();
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  context.lineWidth = 3.5;
  context.strokeStyle = colors.halo;
  context.fillStyle = colors.text;
  const chosen = state.selected && state.selected.node ? state.selected.node.i : -1;
  const over = hovered && hovered.node !== undefined ? hovered.node : -1;
  const standing = (i) => (i === chosen ? 4 : i === over ? 3 : light && light.nodes.has(i) ? 2 : 0) * 100 + sizeOf(i) * (nodes[i].type === PAPER ? .4 : 1);
  const onScreen = [];
  for (const i of drawn.nodes) {
    if (light && !light.nodes.has(i) && i !== over) continue;
    const p = places.get(i);
    const at = { x: (p.x - middle.x) * scale + width / 2, y: (p.y - middle.y) * scale + height / 2 };
    if (at.x > -80 && at.x < width + 80 && at.y > -30 && at.y < height + 10) onScreen.push([i, at, standing(i)]);
  }
  onScreen.sort((a, b) => b[2] - a[2] || a[0] - b[0]);
  const labels = new Map();
  const dotsTaken = new Map();
  placedLabels = [];
  for (const [i, at] of onScreen) {
    const r = sizeOf(i) * afar[1] * scale * .8;
    if (r > 2) takeRoom(dotsTaken, [at.x - r, at.y - r, at.x + r, at.y + r]);
  }
  for (const [i, at, rank] of onScreen.slice(0, MOST_NAMED)) {
    const hub = sizeOf(i) >= 20 && nodes[i].type !== PAPER;
    const text = rank >= 300 ? cut(nodes[i].label, Math.min(60, Math.floor(width / 9))) : shortName(nodes[i]);
    context.font = `${hub || rank >= 300 ? 600 : 450} ${hub || rank >= 300 ? 13 : 12}px ${FONT}`;
    const half = widthOf(context, text) / 2 + 3;
    const box = roomFor(at, sizeOf(i) * afar[1] * scale, half, labels, dotsTaken, rank, hub || (rank >= 200 && (!light || light.nodes.size <= FEW)), width);
    if (!box) continue;
    takeRoom(labels, box);
    context.strokeText(text, box[0] + half, box[1] + 1);
    context.fillText(text, box[0] + half, box[1] + 1);
    placedLabels.push(i);
  }
  labelEdge(context, middle, scale, width, height, colors);
  context.restore();
}

function labelEdge(context, middle, scale, width, height, colors) {
  const edge = hovered && hovered.edge !== undefined ? edges[hovered.edge] : state.selected && state.selected.edge;
  if (!edge || !drawn.nodes.has(edge.source) || !drawn.nodes.has(edge.target)) return;
  const [a, b] = [places.get(edge.source), places.get(edge.target)];
  const x = ((a.x + b.x) / 2 - middle.x) * scale + width / 2;
  const y = ((a.y + b.y) / 2 - middle.y) * scale + height / 2 - 7;
  context.font = `italic 12px ${FONT}`;
  context.strokeText(reads(edge.predicate), x, y);
  context.fillStyle = colors.text;
  context.fillText(reads(edge.predicate), x, y);
}

network.on('afterDrawing', drawLabels);
