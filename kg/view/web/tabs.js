// The other views: leaderboards, claims, conflicts, and the table of the shown nodes.

const TABS = ['graph', 'boards', 'claims', 'conflicts'];
const made = new Set();
const fills = new Map(); // tab -> what fills it again, where years and confidence act on it
let away = null; // where the graph was looked at when it was left, and what was chosen then

const said = (x) => x.confidence >= state.belief && inYears(x.paper >= 0 && nodes[x.paper].year ? [nodes[x.paper].year] : []);

listen((what) => { if (what.has('filter') && fills.has(state.tab)) fills.get(state.tab)(); });

// The graph as it was left; what was chosen meanwhile, or on a page that opened elsewhere, is looked at.
function backToGraph() {
  const before = away;
  away = null;
  if (!seen) seeAll();
  else if (before) {
    network.setSize('100%', '100%');
    network.moveTo({ position: before.position, scale: before.scale, animation: false });
  }
  network.redraw();
  const chosen = state.selected;
  if (!chosen || (before && before.selected === chosen)) return;
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

// A bar with a filter, and below it the items that pass, sixty at a time. now(items) is what years and confidence leave.
function filtered(name, items, now, textOf, make, label, extra) {
  const view = $(`view-${name}`);
  const input = h('input', { type: 'text', placeholder: label, 'aria-label': label });
  const count = h('span', { class: 'quiet', role: 'status' });
  const body = h('div', {});
  const fill = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = now(items).filter((x) => (!wanted || textOf(x).includes(wanted)) && (!extra || extra.passes(x)));
    count.textContent = `${number(found.length)} of ${number(items.length)}`;
    body.replaceChildren(some(found, make, 60));
    if (!found.length) body.append(h('p', { class: 'empty' }, 'Nothing matches.'));
  };
  input.addEventListener('input', fill);
  if (extra) extra.control.addEventListener('change', fill);
  fills.set(name, fill);
  view.className = 'list';
  view.replaceChildren(h('div', { class: 'bar' }, input, extra ? extra.control : null, count), body);
  fill();
}

function boardOf(board) {
  const first = results[board.rows[0]];
  const way = { higher: 'higher is better', lower: 'lower is better' }[board.better] || 'not ranked: it is not known which way is better';
  let rank = 0;
  const rows = board.rows.map((i, k) => {
    const r = results[i];
    if (!k || Number(r.value) !== Number(results[board.rows[k - 1]].value)) rank = k + 1;
    return h('tr', {}, h('td', {}, board.better ? String(rank) : ''), h('td', {}, refLink(r.method)), h('td', { class: 'value' }, valueText(r)), h('td', {}, paperLine(r.paper), h('details', {}, h('summary', { class: 'quiet' }, 'sentence'), h('blockquote', {}, marked(r.quote, [[r.value, 'b'], ...(r.method ? [[r.method.text, 'a']] : [])])))));
  });
  return h('article', { class: 'board' },
    h('h3', {}, refLink(first.dataset), ' · ', refLink(first.metric), first.setting ? h('span', { class: 'quiet' }, ` · ${first.setting}`) : null),
    h('p', { class: 'quiet' }, way),
    table([['', ''], ['Method', ''], ['Value', 'value'], ['Paper', '']], rows));
}

function makeBoards() {
  const view = $('view-boards');
  if (!raw.boards.length) {
    view.className = 'list';
    view.replaceChildren(h('p', { class: 'empty' }, 'No result in these papers names a method, a data set and a metric together.'));
    return;
  }
  const words = (b) => b.rows.map((i) => [results[i].method, results[i].dataset, results[i].metric].map((r) => (r ? r.text : '')).join(' ')).join(' ').toLowerCase();
  const now = (boards) => boards.map((b) => ({ ...b, rows: b.rows.filter((i) => said(results[i])) })).filter((b) => b.rows.length);
  filtered('boards', raw.boards, now, words, boardOf, 'Filter by data set, metric or method');
}

function claimRow(c) {
  return h('div', { class: 'claim' },
    h('p', {}, h('span', { class: 'tag' }, c.type), c.hedged ? h('span', { class: 'tag' }, 'hedged') : null, c.negative ? h('span', { class: 'tag' }, 'negative') : null),
    h('blockquote', {}, marked(c.text, c.about.filter((i) => nodes[i].type !== PAPER).flatMap((i) => names(nodes[i], 'a')))),
    h('p', { class: 'source' }, paperLine(c.paper), ` · confidence ${percent(c.confidence)}`, ...c.about.filter((i) => nodes[i].type !== PAPER).flatMap((i) => [' · ', nodeLink(nodes[i])])));
}

function makeClaims() {
  const types = [...new Set(claims.map((c) => c.type))].sort();
  const control = h('select', { 'aria-label': 'Type of claim' }, h('option', { value: '' }, 'all types'), ...types.map((t) => h('option', { value: t }, t)));
  const words = (c) => `${c.text} ${c.paper >= 0 ? nodes[c.paper].label : ''} ${c.about.map((i) => nodes[i].label).join(' ')}`.toLowerCase();
  filtered('claims', claims, (all) => all.filter(said), words, claimRow, 'Filter by words of the claim or its paper', { control, passes: (c) => !control.value || c.type === control.value });
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

function makeConflicts() {
  const view = $('view-conflicts');
  view.className = 'list';
  view.replaceChildren(...(raw.conflicts.length ? [some(raw.conflicts, conflictOf, 40)] : [h('p', { class: 'empty' }, 'The papers in this graph do not contradict each other in a way that was found.')]));
}

function fillNodeList() {
  const body = $('node-list-body');
  $('node-list-toggle').textContent = `List of the ${plural(drawn.nodes.size, 'shown node')}`;
  if (body.hidden) return;
  const list = [...drawn.nodes].map((i) => nodes[i]).sort((a, b) => a.type - b.type || b.papers.size - a.papers.size || a.i - b.i);
  const relationsShown = new Map();
  for (const e of drawn.edges) for (const i of [e.source, e.target]) relationsShown.set(i, (relationsShown.get(i) || 0) + 1);
  body.replaceChildren(table([['Name', ''], ['Type', ''], ['Papers', 'number'], ['Relations shown', 'number'], ['First year', 'number']], list.map((n) => h('tr', {},
    h('td', {}, nodeLink(n)), h('td', {}, TYPES[n.type].name), h('td', { class: 'number' }, number(n.type === PAPER ? 1 : n.papers.size)), h('td', { class: 'number' }, number(relationsShown.get(n.i) || 0)), h('td', { class: 'number' }, n.first ? String(n.first) : '')))));
}
