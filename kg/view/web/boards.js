// Leaderboards: what is ranked, what is not ranked together, and why.

const samePlace = (a, b) => (a.node ? a.node === b.node : !b.node && a.text.toLowerCase() === b.text.toLowerCase());
const headOf = (board) => results[board.rows[0]];
const isVariant = (a, b) => a.edges.some((e) => e.predicate === 'variantOf' && other(e, a) === b);

// Why the numbers of another board are not ranked with these; null where the two have nothing to do with each other.
function apart(a, b) {
  if (!samePlace(a.dataset, b.dataset)) {
    const variants = a.dataset.node && b.dataset.node && samePlace(a.metric, b.metric) && isVariant(a.dataset.node, b.dataset.node);
    return variants ? `${b.dataset.text}: other data` : null;
  }
  if (!samePlace(a.metric, b.metric)) return `${b.metric.text}: another metric`;
  if (a.setting !== b.setting) return `${b.setting || 'no setting named'}: another setting`;
  return `${b.unit || 'no unit'}: another unit`;
}

function apartLine(board) {
  const reasons = [...new Set(raw.boards.filter((b) => b.rows[0] !== board.first).map((b) => apart(results[board.first], headOf(b))).filter(Boolean))];
  const shown = reasons.slice(0, 4).join(' · ');
  return reasons.length ? h('p', { class: 'quiet' }, `Not ranked together with: ${shown}${reasons.length > 4 ? ` · ${number(reasons.length - 4)} more` : ''}`) : null;
}

const bareUnit = (r) => (r.unit && r.unit !== '%' ? ` (${r.unit})` : '');

// The place of each row: equal values share it, and none has one where it is not known which way is better.
function ranked(board) {
  let rank = 0;
  return board.rows.map((i, k) => {
    if (!k || Number(results[i].value) !== Number(results[board.rows[k - 1]].value)) rank = k + 1;
    return { r: results[i], rank: board.better ? String(rank) : '' };
  });
}

function boardOf(board) {
  const first = headOf(board);
  const way = { higher: 'higher is better', lower: 'lower is better' }[board.better] || 'not ranked: it is not known which way is better';
  const rows = ranked(board).map(({ r, rank }) => h('tr', {}, h('td', {}, rank), h('td', {}, refLink(r.method)), h('td', { class: 'value' }, valueText(r)), h('td', {}, paperLine(r.paper), h('details', {}, h('summary', { class: 'quiet' }, 'sentence'), h('blockquote', {}, marked(r.quote, [[r.value, 'b'], ...(r.method ? [[r.method.text, 'a']] : [])])), rulesFold(r.rules)))));
  return h('article', { class: 'board' },
    h('h3', {}, refLink(first.dataset), ' · ', refLink(first.metric), bareUnit(first), first.setting ? h('span', { class: 'quiet' }, ` · ${first.setting}`) : null),
    h('p', { class: 'quiet' }, way), apartLine(board),
    table([['Rank', ''], ['Method', ''], ['Value', 'value'], ['Paper', '']], rows));
}

function makeBoards() {
  if (!raw.boards.length) return empty('boards', 'Leaderboards', 'No result in these papers names a method, a data set and a metric together.');
  filtered('boards', raw.boards.map((b) => ({ ...b, first: b.rows[0] })), {
    title: 'Leaderboards',
    label: 'Filter by data set, metric or method',
    now: (boards) => boards.map((b) => ({ ...b, rows: b.rows.filter((i) => said(results[i])) })).filter((b) => b.rows.length),
    textOf: (b) => b.rows.map((i) => [results[i].method, results[i].dataset, results[i].metric].map(refText).join(' ')).join(' ').toLowerCase(),
    make: boardOf,
    columns: ['dataset', 'metric', 'setting', 'better', 'rank', 'method', 'value', 'unit', 'confidence', 'paper', 'year', 'sentence'],
    rows: (b) => ranked(b).map(({ r, rank }) => [refText(r.dataset), refText(r.metric), r.setting, b.better || '', rank, refText(r.method), r.value, r.unit, r.confidence, ...paperCells(r.paper), r.quote]),
  });
  return null;
}
