// The panel: what is known of the chosen node or edge, down to the sentences that say it.

const nodeButton = (node, end, title) => h('button', { type: 'button', class: 'item', onclick: () => jump(node), title: title || null }, icon(TYPES[node.type]), h('span', {}, node.label), end ? h('span', { class: 'end' }, end) : null);
const nodeLink = (node) => h('button', { type: 'button', class: 'link', onclick: () => jump(node) }, node.label);
const refLink = (ref) => (ref === null ? h('span', { class: 'quiet' }, '–') : ref.node ? nodeLink(ref.node) : h('span', {}, ref.text));
const counted = (n, word) => h('span', {}, h('b', {}, number(n)), n === 1 ? ` ${word}` : ` ${word}s`);
const names = (node, mark) => [node.label, ...node.aliases].map((n) => [n, mark]);

function paperLine(i) {
  if (i < 0) return h('span', {}, 'unknown paper');
  const paper = nodes[i];
  return h('span', {}, outerLink(paper.label, paper.url), paper.year ? ` (${paper.year})` : '');
}

function confidence(value, word) {
  return h('span', {}, `${word} `, h('meter', { min: 0, max: 1, value, 'aria-label': word }, percent(value)), ` ${percent(value)}`);
}

// The ids of the rules that read a sentence: kept for those who look into the rules, out of the way of the others.
const rulesFold = (rules) => (rules.length ? h('details', { class: 'source' }, h('summary', {}, rules.length === 1 ? 'rule' : 'rules'), h('p', { class: 'rule' }, rules.join(', '))) : null);

function quoteCard(quote, paper, rules, marks) {
  return h('div', { class: 'card evidence' },
    h('blockquote', {}, marked(quote, marks)),
    h('p', { class: 'source' }, paperLine(paper)),
    rulesFold(rules));
}

// A long list opens on its first rows.
function some(items, make, first) {
  const box = h('div', {});
  items.slice(0, first).forEach((x) => box.append(make(x)));
  if (items.length > first) {
    const more = h('button', { type: 'button', class: 'link more', onclick: () => { more.remove(); items.slice(first).forEach((x) => box.append(make(x))); } }, `${number(items.length - first)} more`);
    box.append(more);
  }
  return box;
}

function section(title, count, body) {
  return count ? h('section', {}, h('h3', {}, title, h('span', { class: 'count' }, number(count))), body) : null;
}

function relationGroups(node) {
  const groups = new Map();
  for (const edge of node.edges) {
    const key = `${predicates.indexOf(edge.predicate).toString().padStart(3, '0')} ${edge.source === node.i ? 0 : 1}`;
    groups.has(key) ? groups.get(key).push(edge) : groups.set(key, [edge]);
  }
  return [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, list]) => list);
}

function relationItem(node) {
  return (edge) => {
    const end = other(edge, node);
    return h('button', { type: 'button', class: 'item', onclick: () => showEdge(edge), title: 'The sentences behind it' }, icon(TYPES[end.type]), h('span', {}, end.label), edge.support ? h('span', { class: 'end' }, percent(edge.belief)) : null);
  };
}

function relations(node) {
  const wanted = relationGroups(node).filter((list) => node.type === PAPER || isPlain(list[0]));
  const box = h('div', {});
  for (const list of wanted) {
    const sorted = [...list].sort((a, b) => b.belief - a.belief || b.support - a.support || a.i - b.i);
    box.append(h('div', { class: 'group' }, h('p', {}, reads(list[0].predicate, list[0].source !== node.i)), some(sorted, relationItem(node), 8)));
  }
  return section('Relations', wanted.reduce((n, l) => n + l.length, 0), box);
}

function papersOf(node) {
  if (node.type === PAPER) return null;
  const roles = new Map([...node.papers].map((p) => [p, []]));
  for (const edge of node.edges) if (!isPlain(edge)) roles.set(edge.source, [...(roles.get(edge.source) || []), edge]);
  const list = [...roles].sort((a, b) => nodes[b[0]].year - nodes[a[0]].year || a[0] - b[0]);
  return section('Papers', list.length, some(list, ([p, own]) => h('div', { class: 'card' },
    h('div', {}, nodeLink(nodes[p])),
    h('p', { class: 'source' }, [nodes[p].year || null, ...new Set(own.map((e) => reads(e.predicate)))].filter(Boolean).join(' · '), safeUrl(nodes[p].url) ? ' · ' : '', safeUrl(nodes[p].url) ? outerLink('open', nodes[p].url) : null),
    own.length ? h('p', { class: 'source' }, h('button', { type: 'button', class: 'link', onclick: () => showEdge(own[0]) }, 'sentences')) : null), 6));
}

const valueText = (r) => `${r.qualifier ? `${r.qualifier} ` : ''}${r.value}${r.unit ? (r.unit === '%' || r.unit === 'x' ? r.unit : ` ${r.unit}`) : ''}`;

function resultCard(node) {
  return (r) => h('div', { class: 'card' },
    h('p', {}, h('b', {}, valueText(r)), r.kind === 'change' ? ` ${r.direction === 'down' ? 'less' : r.direction === 'up' ? 'more' : 'change'}` : '', r.metric ? ' ' : '', r.metric ? refLink(r.metric) : null, r.setting ? h('span', { class: 'quiet' }, ` (${r.setting})`) : null),
    h('p', { class: 'source' }, ...[['', r.method], [' on ', r.dataset], [' against ', r.comparator]].filter(([, ref]) => ref).flatMap(([word, ref]) => [word, refLink(ref)])),
    h('details', {}, h('summary', { class: 'quiet' }, 'sentence'), h('blockquote', {}, marked(r.quote, [[r.value, 'b'], ...names(node, 'a')])), h('p', { class: 'source' }, paperLine(r.paper), ` · confidence ${percent(r.confidence)}`), rulesFold(r.rules)));
}

function claimCard(marks) {
  return (c) => h('div', { class: 'card' },
    h('p', {}, h('span', { class: 'tag' }, c.type), c.hedged ? h('span', { class: 'tag' }, 'hedged') : null, c.negative ? h('span', { class: 'tag' }, 'negative') : null),
    h('blockquote', {}, marked(c.text, marks)),
    h('p', { class: 'source' }, paperLine(c.paper), ` · confidence ${percent(c.confidence)}`),
    rulesFold(c.rules));
}

// Why its names are taken for one thing's.
const reasonsFold = (node) => (node.reasons.length ? h('details', { class: 'source' }, h('summary', {}, 'why these names are one'),
  h('ul', { class: 'reasons' }, ...node.reasons.map(([name, why]) => h('li', {}, h('b', {}, name), `: ${why}`)))) : null);

const KINDS = { exactMatch: 'the same as', closeMatch: 'close to' };

function elsewhere(node) {
  const links = node.links.filter(([, url]) => safeUrl(url));
  return links.length ? h('ul', { class: 'plain elsewhere' }, ...links.map(([kind, url]) => h('li', {}, h('span', { class: 'quiet' }, `${KINDS[kind] || kind} `), outerLink(url.replace(/^https?:\/\//, ''), url)))) : null;
}

function top(left) {
  return h('div', { class: 'top' }, left, h('button', { type: 'button', id: 'panel-close', 'aria-label': 'Close the details', onclick: closePanel }, '×'));
}

function closePanel() {
  select(null);
  $('canvas').focus({ preventScroll: true });
}

function nodePanel(node, path) {
  const own = names(node, 'a');
  const title = node.type === PAPER ? outerLink(node.label, node.url) : node.label;
  return [
    top(h('span', { class: 'badge' }, icon(TYPES[node.type]), TYPES[node.type].name)),
    h('h2', { class: 'name' }, title),
    node.aliases.length ? h('p', { class: 'quiet' }, `also ${node.aliases.join(', ')}`) : null,
    reasonsFold(node),
    elsewhere(node),
    h('p', { class: 'facts' },
      node.type === PAPER ? (node.year ? h('span', {}, h('b', {}, String(node.year))) : null) : counted(node.papers.size, 'paper'),
      node.type !== PAPER && node.first ? h('span', {}, 'first in ', h('b', {}, String(node.first))) : null,
      counted(node.results.length, 'result'), counted(node.claims.length, 'claim')),
    h('div', { class: 'row' }, h('button', { type: 'button', id: 'expand', onclick: () => expand(node) }, 'Expand neighbours'), h('button', { type: 'button', onclick: () => look(node.i) }, 'Centre')),
    pathBox(node),
    path ? steps(node, path) : null,
    relations(node),
    section('Results', node.results.length, some(node.results, resultCard(node), 6)),
    section('Claims', node.claims.length, some(node.claims, claimCard(own), 6)),
    papersOf(node),
  ];
}

function edgePanel(edge) {
  const [head, tail] = [nodes[edge.source], nodes[edge.target]];
  const marks = [...(head.type === PAPER ? [] : names(head, 'a')), ...names(tail, 'b')];
  return [
    top(h('span', { class: 'badge' }, 'Relation')),
    h('h2', { class: 'statement' }, nodeLink(head), ' ', h('span', { class: 'rel' }, reads(edge.predicate)), ' ', nodeLink(tail)),
    edge.support ? h('p', { class: 'facts' }, confidence(edge.belief, 'confidence'), h('span', {}, h('b', {}, number(edge.support)), edge.support === 1 ? ' paper says so' : ' papers say so')) : null,
    edge.evidence.length ? null : h('p', { class: 'quiet' }, 'Read from the names, not from a sentence.'),
    section(edge.evidence.length === 1 ? 'Sentence' : 'Sentences', edge.evidence.length, some(edge.evidence, (e) => quoteCard(e.quote, e.paper, e.rules, marks), 12)),
  ];
}

function startPanel() {
  const all = [...nodes].sort(byStanding);
  const box = [h('h2', { class: 'sr' }, 'What the graph holds'), h('p', { class: 'facts' },
    counted(nodes.filter((n) => n.type === PAPER).length, 'paper'), counted(edges.filter(isPlain).length, 'relation'),
    counted(results.length, 'result'), counted(claims.length, 'claim'))];
  box.push(h('p', { class: 'quiet' }, 'Click a node or a line to see the sentences behind it. Double click brings in neighbours.'));
  TYPES.forEach((type, t) => {
    if (t === PAPER) return;
    const best = all.filter((n) => n.type === t).slice(0, 5);
    if (best.length) box.push(h('h3', {}, `Most connected: ${type.name.toLowerCase()}s`), ...best.map((n) => nodeButton(n, plural(n.papers.size, 'paper'))));
  });
  return box;
}

function showEdge(edge) {
  for (const i of [edge.source, edge.target]) {
    bring(nodes[i]);
    if (nodes[i].type !== PAPER || state.typesOn.has(PAPER)) state.typesOn.add(nodes[i].type);
  }
  select({ edge }, 'filter');
  if (![edge.source, edge.target].every(inSight)) lookAtEdge(edge);
}

function showPanel() {
  const chosen = state.selected;
  const panel = $('panel');
  const content = !chosen ? startPanel() : chosen.node ? nodePanel(chosen.node, chosen.steps) : edgePanel(chosen.edge);
  panel.replaceChildren(...content.filter(Boolean));
  panel.classList.toggle('open', !!chosen);
  panel.scrollTop = 0;
}
