// How more of the page's data comes onto the canvas: neighbours, papers, what was searched for, the next best.

const MOST_AT_ONCE = 30;
const MORE = 100;
const byStanding = (a, b) => (a.type === PAPER) - (b.type === PAPER) || b.edges.length - a.edges.length || a.i - b.i;
const neighboursOf = (node) => [...new Set(node.edges.map((e) => other(e, node)))].filter((n) => n !== node).sort(byStanding);

function bring(node, beside) {
  state.shown.add(node.i);
  if (places.has(node.i)) return;
  if (beside && places.has(beside.i)) put(node.i, freePlace(places.get(beside.i).x, places.get(beside.i).y, 1));
  else place(node.i);
}

// The neighbours of a node; papers only where nothing else is behind it. Says what it did.
function bringNeighbours(node) {
  const near = neighboursOf(node);
  let fresh = near.filter((n) => !state.shown.has(n.i) && nodePasses(n));
  if (!fresh.length && !state.typesOn.has(PAPER) && near.some((n) => n.type === PAPER)) {
    fresh = near.filter((n) => n.type === PAPER && !state.shown.has(n.i));
    state.typesOn.add(PAPER);
  }
  const added = fresh.slice(0, MOST_AT_ONCE);
  for (const n of added) bring(n, node);
  const left = fresh.length - added.length;
  state.said = added.length ? `${plural(added.length, 'neighbour')} of ${node.label} added${left ? `, ${number(left)} more behind it` : ''}` : `all neighbours of ${node.label} are shown`;
}

// A node that is not on the canvas yet, with the best of its neighbours.
function bringAround(node) {
  state.typesOn.add(node.type);
  bring(node);
  for (const n of neighboursOf(node).filter((m) => !state.shown.has(m.i) && m.type !== PAPER).slice(0, 12)) bring(n, node);
}

// What is not shown though the filters let it pass.
const behind = () => nodes.filter((n) => !state.shown.has(n.i) && nodePasses(n) && (!edgeFilterOn() || n.edges.some(edgePasses)));

// The next best connected; those that are joined to what is shown come first.
function bringMore() {
  const joined = (n) => n.edges.some((e) => state.shown.has(other(e, n).i));
  const next = behind().map((n) => [n, joined(n)]).sort((a, b) => b[1] - a[1] || byStanding(a[0], b[0])).slice(0, MORE);
  for (const [n] of next) bring(n);
  state.said = `${number(next.length)} added`;
}

// With papers switched on: those that the most of the shown entities come from.
function bringPapers() {
  const count = new Map();
  for (const i of state.shown) for (const p of nodes[i].papers) count.set(p, (count.get(p) || 0) + 1);
  const best = [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, Math.max(60, Math.round(raw.top / 2)));
  for (const [p] of best) bring(nodes[p]);
}

// Each step is kept, so that the address leads back to the same picture.
function growBy(step) {
  const node = nodeById.get(step.replace(/^~/, ''));
  const before = state.shown.size;
  if (step === '*') bringMore();
  else if (step === '+') bringPapers();
  else if (!node) return;
  else if (step.startsWith('~')) bringAround(node);
  else {
    if (!state.shown.has(node.i)) bring(node);
    bringNeighbours(node);
  }
  if (state.shown.size > before) state.grown.push(step);
}

function expand(node) {
  growBy(node.id);
  tell('filter');
}

function showMore() {
  growBy('*');
  tell('filter');
}

function jump(node) {
  atOnce(() => {
    if (!state.shown.has(node.i)) growBy(`~${node.id}`);
    state.typesOn.add(node.type);
    select({ node }, 'filter');
    look(node.i);
  });
}
