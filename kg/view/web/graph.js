// The canvas: vis-network draws nodes and edges; places come from the model or from place().

const places = new Map(model.nodes.map((n) => [n.id, { x: n.x, y: n.y }]));
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

// Makes the canvas show what visible() says; only what differs is touched by the library.
function draw() {
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
  network.redraw();
}

// A free place near a point: rings outwards until no label of a placed node is in the way.
function freePlace(x, y, first) {
  for (let ring = first; ring < first + 40; ring += 1) {
    const steps = 6 + ring * 4;
    for (let k = 0; k < steps; k += 1) {
      const angle = (k / steps) * 2 * Math.PI + ring * .7;
      const at = { x: Math.round(x + ring * 105 * Math.cos(angle)), y: Math.round(y + ring * 66 * Math.sin(angle)) };
      let free = true;
      for (const i of state.shown) {
        const p = places.get(i);
        if (p && Math.abs(p.x - at.x) < 100 && Math.abs(p.y - at.y) < 40) { free = false; break; }
      }
      if (free) return at;
    }
  }
  return { x: Math.round(x + first * 105), y: Math.round(y) };
}

function place(i) {
  const near = [...new Set(nodes[i].edges.map((e) => other(e, nodes[i]).i))].filter((j) => places.has(j) && state.shown.has(j));
  const all = [...places.values()];
  const sum = near.reduce((s, j) => ({ x: s.x + places.get(j).x, y: s.y + places.get(j).y }), { x: 0, y: 0 });
  const bottom = all.length ? Math.max(...all.map((p) => p.y)) : 0;
  const middle = near.length ? { x: sum.x / near.length, y: sum.y / near.length } : { x: 0, y: bottom + 140 };
  places.set(i, freePlace(middle.x, middle.y, near.length ? 1 : 0));
}

const MOST_AT_ONCE = 30;
const byStanding = (a, b) => (a.type === PAPER) - (b.type === PAPER) || b.edges.length - a.edges.length || a.i - b.i;

// Brings the neighbours of a node in; papers only where nothing else is behind it. Says what it did.
function expand(node) {
  const near = [...new Set(node.edges.map((e) => other(e, node)))].sort(byStanding);
  let fresh = near.filter((n) => !state.shown.has(n.i) && nodePasses(n));
  if (!fresh.length && !state.typesOn.has(PAPER) && near.some((n) => n.type === PAPER)) {
    fresh = near.filter((n) => n.type === PAPER && !state.shown.has(n.i));
    state.typesOn.add(PAPER);
  }
  const added = fresh.slice(0, MOST_AT_ONCE);
  for (const n of added) {
    state.shown.add(n.i);
    const p = places.get(node.i);
    places.set(n.i, freePlace(p.x, p.y, 1));
  }
  state.said = added.length ? `${plural(added.length, 'neighbour')} of ${node.label} added${fresh.length > added.length ? `, ${number(fresh.length - added.length)} more behind it` : ''}` : `all neighbours of ${node.label} are shown`;
  tell('filter');
}

// With papers switched on: those that the most of the shown entities come from.
function bringPapers() {
  const count = new Map();
  for (const i of state.shown) for (const p of nodes[i].papers) count.set(p, (count.get(p) || 0) + 1);
  const best = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, Math.max(60, Math.round(raw.top / 2)));
  for (const [p] of best) {
    if (!places.has(p)) place(p);
    state.shown.add(p);
  }
}

// Shows a node that is not on the canvas yet, with the best of its neighbours, and chooses it.
function jump(node) {
  if (!state.shown.has(node.i)) {
    state.shown.add(node.i);
    state.typesOn.add(node.type);
    if (!places.has(node.i)) place(node.i);
    const near = [...new Set(node.edges.map((e) => other(e, node)))].sort(byStanding).filter((n) => !state.shown.has(n.i) && n.type !== PAPER).slice(0, 12);
    for (const n of near) {
      state.shown.add(n.i);
      if (!places.has(n.i)) places.set(n.i, freePlace(places.get(node.i).x, places.get(node.i).y, 1));
    }
  }
  state.typesOn.add(node.type);
  select({ node }, 'filter');
  look(node.i);
}

function look(i) {
  const scale = Math.max(network.getScale(), 1.1);
  if ($('view-graph').hidden) return;
  // On a narrow screen the panel lies over the lower part of the canvas.
  const [stage, sheet] = [$('canvas').getBoundingClientRect(), $('panel').getBoundingClientRect()];
  const covered = sheet.width > 0 && sheet.left < stage.right - 20 ? Math.max(0, stage.bottom - sheet.top) : 0;
  network.moveTo({ position: places.get(i), scale, offset: { x: 0, y: -covered / 2 }, animation: calm() ? false : { duration: 350, easingFunction: 'easeInOutQuad' } });
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

// The shortest way between two nodes over the data of the page; entities are preferred to papers.
function pathBetween(a, b) {
  for (const usable of [(n) => n.type !== PAPER || n === a || n === b, () => true]) {
    const from = new Map([[a.i, null]]);
    let ring = [a];
    while (ring.length && !from.has(b.i)) {
      const next = [];
      for (const node of ring) {
        for (const edge of node.edges) {
          const to = other(edge, node);
          if (!from.has(to.i) && usable(to)) {
            from.set(to.i, edge);
            next.push(to);
          }
        }
      }
      ring = next;
    }
    if (!from.has(b.i)) continue;
    const path = [];
    for (let at = b; from.get(at.i); at = other(path[path.length - 1], at)) path.push(from.get(at.i));
    return path.reverse();
  }
  return null;
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

network.on('afterDrawing', () => {
  const now = afarAt(network.getScale());
  if (now === afar) return;
  afar = now;
  requestAnimationFrame(draw); // the library must not be changed while it draws
});
network.on('click', (event) => {
  const edge = event.nodes.length ? null : event.edges.length ? edges[event.edges[0]] : lineNear(event.pointer.canvas);
  if (event.nodes.length) select({ node: nodes[event.nodes[0]] });
  else if (edge) select({ edge });
  else select(null);
});
network.on('doubleClick', (event) => { if (event.nodes.length) expand(nodes[event.nodes[0]]); });
network.on('dragEnd', (event) => { for (const i of event.nodes) places.set(i, network.getPosition(i)); });
network.on('hoverNode', (event) => { hovered = { node: event.node }; network.redraw(); });
network.on('hoverEdge', (event) => { hovered = { edge: event.edge }; network.redraw(); });
network.on('blurNode', () => { hovered = null; network.redraw(); });
network.on('blurEdge', () => { hovered = null; network.redraw(); });
