// The views beside each other: what changes from one to another, and the lists of claims and conflicts.

const TABS = ['graph', 'boards', 'claims', 'conflicts'];
const made = new Set();
const fills = new Map(); // tab -> what fills it again, where years and confidence act on it
let away = null; // where the graph was looked at when it was left, and what was chosen then

const said = (x) => x.confidence >= state.belief && inYears(x.paper >= 0 && nodes[x.paper].year ? [nodes[x.paper].year] : []);

listen((what) => { if (what.has('filter') && fills.has(state.tab)) fills.get(state.tab)(); });

// Whether what is chosen is only what the page was made to open on, in the middle of all that it shows.
const chosenByPage = () => raw.focus >= 0 && state.selected && state.selected.node === nodes[raw.focus] && !state.grown.length;

// The graph as it was left; what was chosen meanwhile, or on a page that opened elsewhere, is looked at.
function backToGraph() {
  const before = away;
  away = null;
  const opensOnFocus = !seen && chosenByPage();
  if (!seen) seeAll();
  else if (before) {
    network.setSize('100%', '100%');
    network.moveTo({ position: before.position, scale: before.scale, animation: false });
  }
  network.redraw();
  const chosen = state.selected;
  if (!chosen || opensOnFocus || (before && before.selected === chosen)) return;
  if (chosen.edge) lookAtEdge(chosen.edge);
  else if (drawn.nodes.has(chosen.node.i)) look(chosen.node.i);
}

function showTab(name, focus) {
  const wasGraph = !$('view-graph').hidden;
  if (wasGraph && name !== 'graph' && seen) away = { position: network.getViewPosition(), scale: network.getScale(), selected: state.selected };
  state.tab = name;
  document.documentElement.dataset.tab = name;
  for (const tab of TABS) {
    const on = tab === name;
    const button = $(`tab-${tab}`);
    button.setAttribute('aria-selected', String(on));
    button.tabIndex = on ? 0 : -1;
    $(`view-${tab}`).hidden = !on;
    if (on && focus) button.focus();
  }
  if (!made.has(name)) {
    made.add(name);
    ({ boards: makeBoards, claims: makeClaims, conflicts: makeConflicts }[name] || (() => {}))();
  }
  else if (fills.has(name)) fills.get(name)();
  if (name === 'graph' && (!wasGraph || !seen)) backToGraph();
  writeHash();
}

function table(heads, rows) {
  return h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ...heads.map(([t, c]) => h('th', { scope: 'col', class: c || null }, t)))), h('tbody', {}, ...rows)));
}

// A bar with a filter, and below it the items that pass, sixty at a time. `of` says how they are looked through (now:
// what years and confidence leave; textOf; passes and control, where there is one more choice), shown (make) and saved.
function filtered(name, items, of) {
  const view = $(`view-${name}`);
  const input = h('input', { type: 'text', placeholder: of.label, 'aria-label': of.label });
  const count = h('span', { class: 'quiet', role: 'status' });
  const body = h('div', {});
  let found = [];
  const fill = () => {
    const wanted = state.words[name].trim().toLowerCase();
    if (input.value.trim().toLowerCase() !== wanted) input.value = state.words[name];
    found = of.now(items).filter((x) => (!wanted || of.textOf(x).includes(wanted)) && (!of.passes || of.passes(x)));
    count.textContent = `${number(found.length)} of ${number(items.length)}`;
    body.replaceChildren(some(found, of.make, 60));
    if (!found.length) body.append(h('p', { class: 'empty' }, 'Nothing matches.'));
  };
  input.addEventListener('input', () => { state.words[name] = input.value; fill(); writeHash(); });
  fills.set(name, fill);
  view.className = 'list';
  view.replaceChildren(h('h2', { class: 'sr' }, of.title), h('div', { class: 'bar' }, input, of.control || null, count, csvButton(name, of.columns, () => found.flatMap(of.rows))), body);
  fill();
}

const csvButton = (name, columns, rows) => h('button', { type: 'button', class: 'save', onclick: () => saveTable(`${name}.csv`, columns, rows()) }, 'Save as CSV');

function empty(name, title, text) {
  const view = $(`view-${name}`);
  view.className = 'list';
  view.replaceChildren(h('h2', { class: 'sr' }, title), h('p', { class: 'empty' }, text));
}

const paperCells = (i) => (i < 0 ? ['', ''] : [nodes[i].label, nodes[i].year || '']);
const refText = (ref) => (ref ? ref.text : '');

function claimRow(c) {
  return h('div', { class: 'claim' },
    h('p', {}, h('span', { class: 'tag' }, c.type), c.hedged ? h('span', { class: 'tag' }, 'hedged') : null, c.negative ? h('span', { class: 'tag' }, 'negative') : null),
    h('blockquote', {}, marked(c.text, c.about.filter((i) => nodes[i].type !== PAPER).flatMap((i) => names(nodes[i], 'a')))),
    h('p', { class: 'source' }, paperLine(c.paper), ` · confidence ${percent(c.confidence)}`, ...c.about.filter((i) => nodes[i].type !== PAPER).flatMap((i) => [' · ', nodeLink(nodes[i])])));
}

function makeClaims() {
  if (!claims.length) return empty('claims', 'Claims', 'No claim was found in these papers.');
  const types = [...new Set(claims.map((c) => c.type))].sort();
  const control = h('select', { 'aria-label': 'Type of claim' }, h('option', { value: '' }, 'all types'), ...types.map((t) => h('option', { value: t }, t)));
  control.addEventListener('change', () => { state.claimType = control.value; fills.get('claims')(); writeHash(); });
  filtered('claims', claims, {
    title: 'Claims',
    label: 'Filter by words of the claim or its paper',
    control,
    now: (all) => { control.value = types.includes(state.claimType) ? state.claimType : ''; return all.filter(said); },
    textOf: (c) => `${c.text} ${c.paper >= 0 ? nodes[c.paper].label : ''} ${c.about.map((i) => nodes[i].label).join(' ')}`.toLowerCase(),
    passes: (c) => !control.value || c.type === control.value,
    make: claimRow,
    columns: ['type', 'claim', 'about', 'hedged', 'negative', 'confidence', 'paper', 'year'],
    rows: (c) => [[c.type, c.text, c.about.map((i) => nodes[i].label).join('; '), c.hedged, c.negative, c.confidence, ...paperCells(c.paper)]],
  });
  return null;
}

const CONFLICTS = {
  order: 'Each is said to outperform the other',
  value: 'Different values for the same measurement',
  dispute: 'One claim disputes another',
};

function edgeEvidence(i) {
  const edge = edges[i];
  const [head, tail] = [nodes[edge.source], nodes[edge.target]];
  return h('div', {}, h('p', { class: 'statement' }, nodeLink(head), ' ', h('span', { class: 'rel' }, reads(edge.predicate)), ' ', nodeLink(tail)),
    ...edge.evidence.slice(0, 3).map((e) => quoteCard(e.quote, e.paper, e.rules, [...names(head, 'a'), ...names(tail, 'b')])));
}

function conflictOf(c) {
  const body = c.edges ? c.edges.map(edgeEvidence)
    : c.results ? c.results.map((i) => h('div', { class: 'card' }, h('p', {}, h('b', {}, valueText(results[i])), ' ', refLink(results[i].metric), ' · ', refLink(results[i].method), ' on ', refLink(results[i].dataset)), h('blockquote', {}, marked(results[i].quote, [[results[i].value, 'b']])), h('p', { class: 'source' }, paperLine(results[i].paper))))
      : c.claims.map((i) => claimCard([])(claims[i]));
  return h('article', {}, h('h3', {}, CONFLICTS[c.kind]), ...body);
}

// A row for each side of a conflict; rows of one conflict have one number.
function conflictRows(c, k) {
  const sides = c.edges ? c.edges.flatMap((i) => edges[i].evidence.map((e) => [`${nodes[edges[i].source].label} ${reads(edges[i].predicate)} ${nodes[edges[i].target].label}`, e.paper, e.quote]))
    : c.results ? c.results.map((i) => results[i]).map((r) => [`${refText(r.method)}: ${valueText(r)} ${refText(r.metric)} on ${refText(r.dataset)}`, r.paper, r.quote])
      : c.claims.map((i) => claims[i]).map((x) => [x.type, x.paper, x.text]);
  return sides.map(([says, paper, quote]) => [k + 1, CONFLICTS[c.kind], says, ...paperCells(paper), quote]);
}

function makeConflicts() {
  if (!raw.conflicts.length) return empty('conflicts', 'Conflicts', 'The papers in this graph do not contradict each other in a way that was found.');
  const view = $('view-conflicts');
  view.className = 'list';
  view.replaceChildren(h('h2', { class: 'sr' }, 'Conflicts'),
    h('div', { class: 'bar end' }, csvButton('conflicts', ['conflict', 'kind', 'says', 'paper', 'year', 'sentence'], () => raw.conflicts.flatMap(conflictRows))),
    some(raw.conflicts, conflictOf, 40));
  return null;
}
