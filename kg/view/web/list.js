// The shown nodes as a table: the canvas for those who do not see it. A click on a head sorts by it.
const COLUMNS = [
  ['Name', '', (n) => n.label.toLowerCase()],
  ['Type', '', (n) => n.type],
  ['Papers', 'number', (n) => -(n.type === PAPER ? 1 : n.papers.size)],
  ['Relations shown', 'number', (n, shown) => -(shown.get(n.i) || 0)],
  ['First year', 'number', (n) => n.first || Infinity],
];
let sortedBy = 1;

function nodeHead(k) {
  const [title, class_] = COLUMNS[k];
  const sort = () => {
    sortedBy = k;
    fillNodeList();
    $('node-list-body').querySelectorAll('th button')[k].focus();
  };
  return h('th', { scope: 'col', class: class_ || null, 'aria-sort': k === sortedBy ? 'ascending' : 'none' }, h('button', { type: 'button', class: 'head', onclick: sort }, title));
}

function fillNodeList() {
  const body = $('node-list-body');
  $('node-list-toggle').textContent = `List of the ${plural(drawn.nodes.size, 'shown node')}`;
  if (body.hidden) return;
  const shown = new Map();
  for (const e of drawn.edges) for (const i of [e.source, e.target]) shown.set(i, (shown.get(i) || 0) + 1);
  const key = COLUMNS[sortedBy][2];
  const less = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const list = [...drawn.nodes].map((i) => nodes[i]).sort((a, b) => less(key(a, shown), key(b, shown)) || b.papers.size - a.papers.size || a.i - b.i);
  body.replaceChildren(h('table', {}, h('caption', { class: 'sr' }, 'The shown nodes'),
    h('thead', {}, h('tr', {}, ...COLUMNS.map((_, k) => nodeHead(k)))),
    h('tbody', {}, ...list.map((n) => h('tr', {},
      h('td', {}, nodeLink(n)), h('td', {}, TYPES[n.type].name), h('td', { class: 'number' }, number(n.type === PAPER ? 1 : n.papers.size)), h('td', { class: 'number' }, number(shown.get(n.i) || 0)), h('td', { class: 'number' }, n.first ? String(n.first) : ''))))));
}
