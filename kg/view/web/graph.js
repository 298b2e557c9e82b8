// The canvas: vis-network draws nodes and edges where places.js says.

const sizes = new Map(model.nodes.map((n) => [n.id, n.size]));
const dots = new vis.DataSet();
const lines = new vis.DataSet();
const network = new vis.Network($('canvas'), { nodes: dots, edges: lines }, {
  physics: false,
  layout: { improvedLayout: false },
  interaction: { hover: true, keyboard: false, multiselect: false, selectConnectedEdges: false, hideEdgesOnDrag: model.edges.length > 3000 },
  nodes: { borderWidth: 1.5, chosen: false },
  edges: { smooth: false, chosen: false, hoverWidth: 0, selectionWidth: 0, arrows: { to: { enabled: true, scaleFactor: .38 } } },
});
let drawn = { nodes: new Set(), edges: [] };
let hovered = null;

const sizeOf = (i) => {
  if (!sizes.has(i)) {
    const near = new Set(nodes[i].edges.map((e) => other(e, nodes[i]).i).filter((j) => state.shown.has(j)));
    sizes.set(i, Math.min(30, Math.round(11 + 3 * Math.sqrt(near.size))));
  }
  return sizes.get(i);
};
// Pointed shapes look smaller than a disc of the same radius.
const drawnSize = (i) => sizeOf(i) * ({ triangle: 1.12, diamond: 1.15, star: 1.15, square: .9 }[TYPES[nodes[i].type].shape] || 1);
// Seen from afar (a scale below the first figure) nodes and lines are drawn larger, by these factors, to stay visible.
const AFAR = [[.45, 1.5, 2.4], [.7, 1.25, 1.5], [Infinity, 1, 1]];
const afarAt = (scale) => AFAR.find(([below]) => scale < below);
let afar = AFAR[2];
const ink = () => (isDark()
  ? { ring: '#12161d', text: '#e7ebf2', halo: '#12161d', strong: '#e7ebf2' }
  : { ring: '#ffffff', text: '#1b2330', halo: '#ffffff', strong: '#1b2330' });

// The nodes and edges that stand out while something is chosen; null where nothing is.
function lit() {
  const chosen = state.selected;
  if (state.path) return state.path;
  if (!chosen) return null;
  if (chosen.edge) return { nodes: new Set([chosen.edge.source, chosen.edge.target]), edges: new Set([chosen.edge.i]) };
  const out = { nodes: new Set([chosen.node.i]), edges: new Set() };
  for (const edge of chosen.node.edges) {
    out.nodes.add(edge.source).add(edge.target);
    out.edges.add(edge.i);
  }
  return out;
}

function dotOf(i, light, colors) {
  const node = nodes[i];
  const chosen = state.selected && state.selected.node === node;
  const fill = colorOf(TYPES[node.type]);
  return {
    id: i, ...places.get(i), shape: TYPES[node.type].shape, size: drawnSize(i) * afar[1], opacity: !light || light.nodes.has(i) ? 1 : .16,
    borderWidth: chosen ? 3.5 : 1.5, color: { background: fill, border: chosen ? colors.strong : colors.ring, hover: { background: fill, border: colors.strong } },
  };
}

const pairs = (list) => {
  const count = new Map();
  for (const e of list) {
    const key = e.source < e.target ? `${e.source} ${e.target}` : `${e.target} ${e.source}`;
    count.set(key, (count.get(key) || 0) + 1);
  }
  return (e) => count.get(e.source < e.target ? `${e.source} ${e.target}` : `${e.target} ${e.source}`) > 1;
};

function lineOf(edge, light, colors, doubled) {
  const on = light ? light.edges.has(edge.i) : false;
  return {
    id: edge.i, from: edge.source, to: edge.target, dashes: dashesOf(edge.predicate).length ? dashesOf(edge.predicate).map((d) => d * afar[2]) : false,
    width: afar[2] * (on ? 1.3 : 1) * ((isPlain(edge) ? 1.4 : .8) + .5 * Math.min(edge.support, 4)),
    color: { color: lineColor(edge.predicate), hover: colors.strong, opacity: light ? (on ? .95 : .12) : (isPlain(edge) ? .5 + .4 * edge.belief : .4), inherit: false },
    smooth: doubled ? { enabled: true, type: 'curvedCW', roundness: .16 } : false,
  };
}

// The library draws after every change that it is told of, and once more on demand; here many changes are drawn once.
let depth = 0;
function atOnce(change) {
  depth += 1;
  network.body.emitter.emit('_blockRedraw');
  try {
    change();
  } finally {
    depth -= 1;
    if (!depth) {
      if (seenFromElsewhere()) update();
      network.body.emitter.emit('_allowRedraw');
      network.redraw();
    }
  }
}

function seenFromElsewhere() {
  const now = afarAt(network.getScale());
  const changed = now !== afar;
  afar = now;
  return changed;
}

// Makes the canvas show what visible() says; only what differs is touched by the library.
const draw = () => atOnce(update);
function update() {
  drawn = visible();
  const light = lit();
  const colors = ink();
  for (const i of drawn.nodes) if (!places.has(i)) place(i);
  const gone = dots.getIds().filter((i) => !drawn.nodes.has(i));
  const ids = new Set(drawn.edges.map((e) => e.i));
  lines.remove(lines.getIds().filter((i) => !ids.has(i)));
  dots.remove(gone);
  dots.update([...drawn.nodes].map((i) => dotOf(i, light, colors)));
  const doubled = pairs(drawn.edges);
  lines.update(drawn.edges.map((e) => lineOf(e, light, colors, doubled(e))));
}

function look(i) {
  const scale = Math.max(network.getScale(), 1.1);
  if ($('view-graph').hidden) return;
  // On a narrow screen the panel lies over the lower part of the canvas.
  const [stage, sheet] = [$('canvas').getBoundingClientRect(), $('panel').getBoundingClientRect()];
  const covered = sheet.width > 0 && sheet.left < stage.right - 20 ? Math.max(0, stage.bottom - sheet.top) : 0;
  network.moveTo({ position: places.get(i), scale, offset: { x: 0, y: -covered / 2 }, animation: calm() ? false : { duration: 350, easingFunction: 'easeInOutQuad' } });
}

function inSight(i) {
  const [p, room] = [network.canvasToDOM(places.get(i)), $('canvas').getBoundingClientRect()];
  return p.x > 0 && p.x < room.width && p.y > 0 && p.y < room.height;
}

function lookAtEdge(edge) {
  if ($('view-graph').hidden) return;
  const [a, b] = [places.get(edge.source), places.get(edge.target)];
  const room = $('canvas').getBoundingClientRect();
  const scale = Math.min(room.width / (Math.abs(a.x - b.x) + 200), room.height / (Math.abs(a.y - b.y) + 160), 1.3);
  network.moveTo({ position: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, scale, animation: false });
}

function fit(quiet) {
  network.fit({ nodes: [...drawn.nodes], maxZoomLevel: 1.3, animation: quiet || calm() ? false : { duration: 300, easingFunction: 'easeInOutQuad' } });
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(4, Math.max(.05, network.getScale() * factor)) });
}

// The nearest drawn node in a direction; from the middle of the view where none is chosen.
function nextNode(dx, dy) {
  const from = state.selected && state.selected.node && places.get(state.selected.node.i);
  const p = from || network.getViewPosition();
  let best = null;
  for (const i of drawn.nodes) {
    const q = places.get(i);
    const along = (q.x - p.x) * dx + (q.y - p.y) * dy;
    const aside = Math.abs((q.x - p.x) * dy - (q.y - p.y) * dx);
    if (from ? along > 1 : true) {
      const cost = from ? along + aside * 2.2 : Math.hypot(q.x - p.x, q.y - p.y);
      if (!best || cost < best.cost) best = { i, cost };
    }
  }
  return best ? nodes[best.i] : null;
}

// The library finds a line within 10 units, which on a graph seen from afar is too little to hit: here it is within
// NEAR pixels of the screen, the nearest first.
const NEAR = 9;
function lineNear({ x, y }) {
  let best = null;
  for (const edge of drawn.edges) {
    const [a, b] = [places.get(edge.source), places.get(edge.target)];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const apart = Math.hypot(x - a.x - along * dx, y - a.y - along * dy) * network.getScale();
    if (apart <= NEAR && (!best || apart < best.apart)) best = { edge, apart };
  }
  return best && best.edge;
}

// The library must not be changed while it draws.
network.on('afterDrawing', () => { if (seenFromElsewhere()) requestAnimationFrame(draw); });
network.on('click', (event) => {
  const edge = event.nodes.length ? null : event.edges.length ? edges[event.edges[0]] : lineNear(event.pointer.canvas);
  if (event.nodes.length) select({ node: nodes[event.nodes[0]] });
  else if (edge) select({ edge });
  else select(null);
});
network.on('doubleClick', (event) => { if (event.nodes.length) expand(nodes[event.nodes[0]]); });
network.on('dragEnd', (event) => { for (const i of event.nodes) put(i, network.getPosition(i)); });
network.on('hoverNode', (event) => { hovered = { node: event.node }; network.redraw(); });
network.on('hoverEdge', (event) => { hovered = { edge: event.edge }; network.redraw(); });
network.on('blurNode', () => { hovered = null; network.redraw(); });
network.on('blurEdge', () => { hovered = null; network.redraw(); });
