// The rows of kg/view/encode.py as objects that know each other.

const raw = JSON.parse($('kg-data').textContent);
const model = JSON.parse($('kg-model').textContent);
const TYPES = raw.types;
const PAPER = TYPES.findIndex((t) => t.name === 'Paper');
const textAt = (i) => (i < 0 ? '' : raw.text[i]);
const rulesAt = (list) => list.map(textAt);

const nodes = raw.nodes.map(([id, type, label, aliases, year, url, links = [], reasons = []], i) => ({
  i, id, type, label, aliases, year, url, links, reasons: reasons.map(([name, why]) => [name, textAt(why)]), edges: [], papers: new Set(), roles: new Set(), results: [], claims: [],
}));
const edges = raw.edges.map(([id, source, target, predicate, belief, support, evidence], i) => ({
  i, id, source, target, predicate: textAt(predicate), belief, support,
  evidence: evidence.map(([quote, paper, rules]) => ({ quote: textAt(quote), paper, rules: rulesAt(rules) })),
}));
const reference = (r) => (typeof r === 'string' ? { text: r, node: null } : r < 0 ? null : { text: nodes[r].label, node: nodes[r] });
const results = raw.results.map(([value, unit, kind, method, dataset, metric, comparator, qualifier, setting, direction, paper, quote, confidence, rules], i) => ({
  i, value, unit: textAt(unit), kind: textAt(kind), method: reference(method), dataset: reference(dataset), metric: reference(metric), comparator: reference(comparator),
  qualifier: textAt(qualifier), setting: textAt(setting), direction: textAt(direction), paper, quote: textAt(quote), confidence, rules: rulesAt(rules),
}));
const claims = raw.claims.map(([type, text, about, paper, hedged, negative, confidence, rules], i) => ({
  i, type: textAt(type), text: textAt(text), about, paper, hedged: !!hedged, negative: !!negative, confidence, rules: rulesAt(rules),
}));

for (const edge of edges) {
  const ends = [nodes[edge.source], nodes[edge.target]];
  edge.papers = new Set(edge.evidence.map((e) => e.paper).filter((p) => p >= 0));
  if (ends[0].type === PAPER) {
    edge.papers.add(edge.source);
    ends[1].roles.add(edge.predicate);
  }
  for (const node of ends) {
    node.edges.push(edge);
    for (const paper of edge.papers) if (paper !== node.i) node.papers.add(paper);
  }
  edge.years = [...edge.papers].map((p) => nodes[p].year).filter(Boolean);
}
for (const result of results) {
  const about = new Set([result.method, result.dataset, result.metric, result.comparator].filter((r) => r && r.node).map((r) => r.node.i));
  if (result.paper >= 0) about.add(result.paper);
  for (const i of about) nodes[i].results.push(result);
}
for (const claim of claims) {
  for (const i of new Set(claim.paper >= 0 ? [...claim.about, claim.paper] : claim.about)) nodes[i].claims.push(claim);
}
for (const node of nodes) {
  node.years = node.type === PAPER ? (node.year ? [node.year] : []) : [...node.papers].map((p) => nodes[p].year).filter(Boolean);
  node.first = node.years.length ? Math.min(...node.years) : 0;
}

const nodeById = new Map(nodes.map((n) => [n.id, n]));
const edgeById = new Map(edges.map((e) => [e.id, e]));
const other = (edge, node) => nodes[edge.source === node.i ? edge.target : edge.source];
const isPlain = (edge) => nodes[edge.source].type !== PAPER;

// How a predicate reads from its head and from its tail, and how its line is drawn: dashes, then a colour for light and
// for dark pages. The colours are of Paul Tol's medium-contrast scheme, told apart by the colour-blind and in grey; a
// paper's roles, which its end tells apart, share one line.
const PREDICATES = {
  outperforms: ['outperforms', 'outperformed by', [], ['#994455', '#ee99aa']],
  evaluatedOn: ['evaluated on', 'evaluated here', [14, 5], ['#004488', '#6699cc']],
  usedFor: ['used for', 'served by', [10, 4, 2, 4], ['#997700', '#eecc66']],
  basedOn: ['based on', 'basis of', [3, 4], ['#3f4757', '#d4dae4']],
  variantOf: ['variant of', 'has the variant', [6, 4], ['#117755', '#66ccaa']],
  proposes: ['proposes', 'proposed by', []],
  uses: ['uses', 'used by', []],
  evaluatesOn: ['evaluates on', 'evaluated on by', []],
  comparesWith: ['compares with', 'compared in', []],
  measures: ['measures', 'measured by', []],
  addresses: ['addresses', 'addressed by', []],
  mentions: ['mentions', 'mentioned by', []],
};
const spaced = (p) => p.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
const reads = (p, backwards) => (PREDICATES[p] || [spaced(p), `${spaced(p)} (of)`])[backwards ? 1 : 0];
const dashesOf = (p) => (PREDICATES[p] ? PREDICATES[p][2] : []);
const lineColor = (p) => (PREDICATES[p] && PREDICATES[p][3] ? PREDICATES[p][3] : ['#6b7486', '#8f9bb0'])[isDark() ? 1 : 0];
const predicates = [...new Set(edges.map((e) => e.predicate))].sort((a, b) => {
  const order = Object.keys(PREDICATES);
  const at = (p) => (order.includes(p) ? order.indexOf(p) : order.length);
  return at(a) - at(b) || (a < b ? -1 : 1);
});
// What an entity is in a paper: "proposed by" as "proposed".
const roleName = (p) => reads(p, true).replace(/ (?:by|in)$/, '');
const plainPredicates = new Set(edges.filter(isPlain).map((e) => e.predicate));
const yearSpan = (() => {
  const years = nodes.map((n) => n.year).filter(Boolean);
  return years.length ? [Math.min(...years), Math.max(...years)] : null;
})();
