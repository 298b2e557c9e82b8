// The picture of the nodes and edges at hand: an SVG whose nodes are buttons, moved and zoomed by its view box.
import { $, cut, svg } from './dom.js';

const CORNERS = {
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
  diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
  hexagon: [0, 1, 2, 3, 4, 5].map((k) => [Math.cos((k * Math.PI) / 3), Math.sin((k * Math.PI) / 3)]),
  star: Array.from({ length: 10 }, (_, k) => [(k % 2 ? 0.52 : 1.25) * Math.sin((k * Math.PI) / 5), -(k % 2 ? 0.52 : 1.25) * Math.cos((k * Math.PI) / 5)]),
};
const dark = window.matchMedia('(prefers-color-scheme: dark)');
let types = {};

export const setTypes = (found) => {
  types = found;
};

function shape(type, r) {
  const style = types[type] || { shape: 'dot', color: '#6b7280', dark: '#9aa3b2' };
  const fill = dark.matches ? style.dark : style.color;
  if (!CORNERS[style.shape]) return svg('circle', { r, fill });
  return svg('polygon', { points: CORNERS[style.shape].map(([x, y]) => `${(x * r).toFixed(1)},${(y * r).toFixed(1)}`).join(' '), fill });
}

export const icon = (type) => svg('svg', { class: 'icon', viewBox: '-7 -7 14 14', 'aria-hidden': 'true' }, shape(type, 5));

const MOST_SIGNS = 26;

// The nodes whose names find room: in order, none over another; the rest show theirs when pointed at.
function readable(nodes, selected) {
  const taken = [];
  const found = new Set();
  for (const n of [...nodes].sort((a, b) => (b.iri === selected) - (a.iri === selected))) {
    const half = Math.min(n.label.length, MOST_SIGNS) * 3.2 + 4;
    const box = [n.x - half, n.y + 12, n.x + half, n.y + 29];
    const free = !taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]);
    if (free) found.add(n.iri);
    if (free) taken.push(box);
  }
  return found;
}

export function draw(nodes, edges, selected, on) {
  const held = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.iri : null;
  const lines = edges.map((e) => {
    const ends = { x1: e.source.x, y1: e.source.y, x2: e.target.x, y2: e.target.y };
    const name = `${e.source.label} ${e.relation} ${e.target.label}`;
    return svg('g', { class: e.key === selected ? 'edge selected' : 'edge', onclick: () => on.edge(e) },
      svg('title', {}, name), svg('line', { ...ends, 'stroke-width': 1 + Math.min(4, Math.log2(e.support || 1)) }), svg('line', { ...ends, class: 'wide' }));
  });
  const named = readable(nodes, selected);
  const dots = nodes.map((n) => svg('g', {
    class: `node${n.iri === selected ? ' selected' : ''}${named.has(n.iri) ? '' : ' crowded'}`,
    transform: `translate(${n.x.toFixed(1)} ${n.y.toFixed(1)})`,
    tabindex: 0, role: 'button', 'data-iri': n.iri,
    'aria-label': `${n.label}, ${n.type}. Enter shows details, E its neighbours`,
    onclick: () => on.node(n),
    ondblclick: () => on.expand(n),
    onkeydown: (event) => {
      if (event.key === 'Enter' || event.key === ' ') on.node(n);
      else if (event.key.toLowerCase() === 'e') on.expand(n);
      else return;
      event.preventDefault();
    },
  }, svg('title', {}, `${n.label} (${n.type})`), svg('circle', { class: 'ring', r: 15 }), shape(n.type, 9), svg('text', { y: 24 }, cut(n.label, MOST_SIGNS))));
  $('graph').replaceChildren(...lines, ...dots);
  if (held) {
    const again = dots.find((d) => d.dataset.iri === held);
    if (again) again.focus();
  }
}

// ---------------------------------------------------------------- moving and zooming

let box = [-400, -300, 800, 600];

function look(next) {
  box = next;
  $('graph').setAttribute('viewBox', box.map((v) => v.toFixed(1)).join(' '));
}

export function fit(nodes) {
  if (!nodes.length) return;
  const xs = nodes.map((n) => n.x);
  const ys = nodes.map((n) => n.y);
  const [left, top] = [Math.min(...xs) - 70, Math.min(...ys) - 40];
  look([left, top, Math.max(260, Math.max(...xs) + 70 - left), Math.max(200, Math.max(...ys) + 50 - top)]);
}

export function zoom(factor) {
  const [x, y, w, t] = box;
  if (w * factor < 50 || w * factor > 50000) return;
  look([x + (w * (1 - factor)) / 2, y + (t * (1 - factor)) / 2, w * factor, t * factor]);
}

$('graph').addEventListener('wheel', (event) => {
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
}, { passive: false });
$('graph').addEventListener('pointerdown', (event) => {
  if (event.target !== $('graph')) return;
  const from = [event.clientX, event.clientY, ...box];
  const scale = box[2] / $('graph').clientWidth;
  $('graph').setPointerCapture(event.pointerId);
  const drag = (e) => look([from[2] - (e.clientX - from[0]) * scale, from[3] - (e.clientY - from[1]) * scale, from[4], from[5]]);
  $('graph').addEventListener('pointermove', drag);
  $('graph').addEventListener('pointerup', () => $('graph').removeEventListener('pointermove', drag), { once: true });
});
