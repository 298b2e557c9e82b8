// Labels are drawn by ourselves, at one size on the screen whatever the zoom, the most connected first, none over another.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
const widths = new Map();
let placedLabels = [];

function widthOf(context, text) {
  if (!widths.has(text)) widths.set(text, context.measureText(text).width);
  return widths.get(text);
}

const cells = (box) => {
  const out = [];
  for (let x = Math.floor(box[0] / 90); x <= Math.floor(box[2] / 90); x += 1) {
    for (let y = Math.floor(box[1] / 24); y <= Math.floor(box[3] / 24); y += 1) out.push(x * 4096 + y);
  }
  return out;
};

function claimRoom(taken, box, force) {
  const mine = cells(box);
  if (!force) {
    for (const cell of mine) {
      for (const b of taken.get(cell) || []) if (box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]) return false;
    }
  }
  for (const cell of mine) taken.has(cell) ? taken.get(cell).push(box) : taken.set(cell, [box]);
  return true;
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
  const standing = (i) => (i === chosen ? 4 : i === over ? 3 : light && light.nodes.has(i) ? 2 : 0) * 100 + sizeOf(i);
  const onScreen = [];
  for (const i of drawn.nodes) {
    if (light && !light.nodes.has(i) && i !== over) continue;
    const p = places.get(i);
    const at = { x: (p.x - middle.x) * scale + width / 2, y: (p.y - middle.y) * scale + height / 2 };
    if (at.x > -80 && at.x < width + 80 && at.y > -30 && at.y < height + 10) onScreen.push([i, at, standing(i)]);
  }
  onScreen.sort((a, b) => b[2] - a[2] || a[0] - b[0]);
  const taken = new Map();
  placedLabels = [];
  // Large dots keep other labels off themselves.
  for (const [i, at] of onScreen) {
    const r = sizeOf(i) * scale;
    if (r > 4) claimRoom(taken, [at.x - r, at.y - r, at.x + r, at.y + r * .6], true);
  }
  for (const [i, at, rank] of onScreen) {
    const strong = sizeOf(i) >= 15 || rank >= 300;
    const text = cut(nodes[i].label, rank >= 300 ? 60 : 28);
    context.font = `${strong ? 600 : 450} ${strong ? 13 : 12}px ${FONT}`;
    const half = widthOf(context, text) / 2 + 3;
    const top = at.y + sizeOf(i) * scale + 3;
    if (!claimRoom(taken, [at.x - half, top, at.x + half, top + 15], rank >= 300)) continue;
    context.strokeText(text, at.x, top);
    context.fillText(text, at.x, top);
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
