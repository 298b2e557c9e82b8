// What is shown and chosen. Views listen; nothing else keeps state.

const openingNodes = model.nodes.map((n) => n.id);
const state = {
  shown: new Set(openingNodes),
  grown: [], // how more was brought in, in order: an id (its neighbours), ~id (by search), * (the next best), + (papers)
  typesOn: null,
  relationsOff: new Set(),
  rolesOff: new Set(),
  years: null,
  belief: 0,
  selected: null, // {node}, {node, to, steps} or {edge}
  path: null, // {nodes: Set, edges: Set}
  tab: 'graph',
  words: { boards: '', claims: '' }, // what is looked for in the other views
  claimType: '',
};
const openingTypes = new Set(raw.opens.types || TYPES.map((_, i) => i));
if (!raw.opens.types && !openingNodes.some((i) => nodes[i].type === PAPER)) openingTypes.delete(PAPER);
const openingYears = yearSpan && (raw.opens.years || yearSpan);

// As the page opened; the view and what is looked for there stay.
function backToOpening() {
  state.shown = new Set(openingNodes);
  state.grown = [];
  state.typesOn = new Set(openingTypes);
  state.relationsOff.clear();
  state.rolesOff.clear();
  state.years = openingYears && [...openingYears];
  state.belief = 0;
}
backToOpening();

const listeners = [];
const listen = (f) => listeners.push(f);
// Says at once all that has changed (selected, filter, theme, said), so that it is drawn once.
const tell = (...what) => listeners.forEach((f) => f(new Set(what)));

const inYears = (years) => !state.years || !years.length || (state.years[0] <= yearSpan[0] && state.years[1] >= yearSpan[1]) || years.some((y) => y >= state.years[0] && y <= state.years[1]);
const edgeFilterOn = () => state.relationsOff.size > 0 || state.belief > 0;
const hasRole = (n) => !state.rolesOff.size || n.type === PAPER || [...n.roles].some((role) => !state.rolesOff.has(role));
const nodePasses = (n) => state.typesOn.has(n.type) && inYears(n.years) && hasRole(n);
const edgePasses = (e) => !state.relationsOff.has(e.predicate) && !state.rolesOff.has(e.predicate) && e.belief >= state.belief && inYears(e.years);

// The nodes and edges that are drawn; with a filter on edges, a node that it leaves alone goes too.
function visible() {
  const ins = new Set([...state.shown].filter((i) => nodePasses(nodes[i])));
  const drawn = [];
  const joined = new Set();
  for (const i of ins) {
    for (const edge of nodes[i].edges) {
      if (edge.source === i && ins.has(edge.target) && edgePasses(edge)) {
        drawn.push(edge);
        joined.add(edge.source).add(edge.target);
      }
    }
  }
  if (edgeFilterOn()) {
    for (const i of [...ins]) {
      const keep = joined.has(i) || (state.selected && state.selected.node === nodes[i]);
      if (!keep && nodes[i].edges.length) ins.delete(i);
    }
  }
  return { nodes: ins, edges: drawn };
}

// The address of what is looked at, after the #.
function readHash() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const names = (key) => (asked.get(key) || '').split(',').filter(Boolean);
  if (asked.has('types')) state.typesOn = new Set(names('types').map((n) => TYPES.findIndex((t) => t.name === n)).filter((i) => i >= 0));
  for (const p of names('without').filter((name) => predicates.includes(name))) (plainPredicates.has(p) ? state.relationsOff : state.rolesOff).add(p);
  const years = /^(\d{4})-(\d{4})$/.exec(asked.get('years') || '');
  if (years && state.years) state.years = [Number(years[1]), Number(years[2])];
  const belief = Number(asked.get('confidence'));
  if (belief > 0 && belief <= 1) state.belief = belief;
  state.tab = ['graph', 'boards', 'claims', 'conflicts'].includes(asked.get('tab')) ? asked.get('tab') : 'graph';
  if (state.tab in state.words) state.words[state.tab] = asked.get('q') || '';
  state.claimType = asked.get('claim') || '';
  return { node: nodeById.get(asked.get('n')), to: nodeById.get(asked.get('to')), edge: edgeById.get(asked.get('e')), grown: (asked.get('with') || '').split(' ').filter(Boolean) };
}

function writeHash() {
  const out = new URLSearchParams();
  if (state.selected && state.selected.node) out.set('n', state.selected.node.id);
  if (state.selected && state.selected.to) out.set('to', state.selected.to.id);
  if (state.selected && state.selected.edge) out.set('e', state.selected.edge.id);
  if (state.grown.length) out.set('with', state.grown.join(' '));
  if (state.tab !== 'graph') out.set('tab', state.tab);
  if (state.words[state.tab]) out.set('q', state.words[state.tab]);
  if (state.tab === 'claims' && state.claimType) out.set('claim', state.claimType);
  const same = state.typesOn.size === openingTypes.size && [...state.typesOn].every((t) => openingTypes.has(t));
  if (!same) out.set('types', [...state.typesOn].sort().map((t) => TYPES[t].name).join(','));
  const off = [...state.relationsOff, ...state.rolesOff].sort();
  if (off.length) out.set('without', off.join(','));
  if (state.years && (state.years[0] !== openingYears[0] || state.years[1] !== openingYears[1])) out.set('years', state.years.join('-'));
  if (state.belief > 0) out.set('confidence', String(state.belief));
  const text = out.toString();
  if (text !== location.hash.slice(1)) history.replaceState(null, '', text ? `#${text}` : '#');
}

function select(what, ...also) {
  state.selected = what;
  if (!what || !what.keepPath) state.path = null;
  tell('selected', ...also);
}
