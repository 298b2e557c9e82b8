// The explorer: a thing, its neighbours and the sentences behind each edge, fetched as they are asked for.
import { $, getJson, h, marked, number, outerLink, pageOf, plural } from './dom.js';
import { settle } from './layout.js';
import { draw, fit, icon, setTypes, zoom } from './picture.js';

const MOST = 300; // nodes in the picture
const AT_ONCE = 60; // neighbours that come with a thing
const nodes = new Map();
const edges = new Map();
let focus = null;
let selected = null;
let latest = 0;

const say = (text) => {
  $('status').textContent = text;
};
const trouble = (error) => $('panel').replaceChildren(h('p', { class: 'bad', role: 'alert' }, error.message));

function redraw() {
  draw([...nodes.values()], [...edges.values()], selected, { node: choose, edge: showEdge, expand });
}

// ---------------------------------------------------------------- what is in the picture

function addNode(thing, from) {
  if (!nodes.has(thing.iri)) nodes.set(thing.iri, { iri: thing.iri, type: thing.type, label: thing.label, from });
  return nodes.get(thing.iri);
}

function addNeighbour(node, row) {
  if (!nodes.has(row.iri) && nodes.size >= MOST) return false;
  const other = addNode(row, node);
  const [source, target] = row.direction === 'out' ? [node, other] : [other, node];
  const key = row.statement || `${source.iri} ${row.relation} ${target.iri}`;
  edges.set(key, { key, source, target, relation: row.relation, statement: row.statement, support: row.support });
  return true;
}

async function bring(node, card) {
  const all = card.edges.reduce((sum, e) => sum + e.count, 0);
  // Each kind of edge gets a share, the rare kinds in full.
  const share = Math.max(5, Math.ceil(AT_ONCE / Math.max(1, card.edges.length)));
  const found = await Promise.all(card.edges.map((e) => neighbours(card.iri, e, share, 0)));
  const full = found.flat().map((row) => addNeighbour(node, row)).includes(false);
  settle([...nodes.values()], [...edges.values()], nodes.get(focus));
  redraw();
  fit([...nodes.values()]);
  const held = found.flat().length;
  say(`${node.label}: ${number(held)} of ${plural(all, 'edge')} shown${full ? `; the picture is full (${MOST} nodes): open a thing anew` : ''}`);
}

const neighbours = async (iri, edge, limit, offset) =>
  (await getJson('/api/neighbours', { iri, relation: edge.relation, direction: edge.direction, limit, offset })).rows;

async function open(iri) {
  const turn = (latest += 1);
  try {
    const card = await getJson('/api/card', { iri });
    if (turn !== latest) return;
    nodes.clear();
    edges.clear();
    focus = iri;
    selected = iri;
    history.replaceState(null, '', `#${new URLSearchParams({ focus: iri })}`);
    document.title = `${card.label} · kg`;
    showCard(card);
    await bring(addNode(card), card);
  } catch (error) {
    if (turn === latest) trouble(error);
  } finally {
    document.documentElement.dataset.ready = 'yes';
  }
}

async function expand(node) {
  try {
    const card = await getJson('/api/card', { iri: node.iri });
    selected = node.iri;
    showCard(card);
    await bring(node, card);
  } catch (error) {
    trouble(error);
  }
}

async function choose(node) {
  selected = node.iri;
  redraw();
  try {
    showCard(await getJson('/api/card', { iri: node.iri }));
  } catch (error) {
    trouble(error);
  }
}

// ---------------------------------------------------------------- the panel

function showCard(card) {
  const parts = [
    h('h2', {}, icon(card.type), h('span', {}, card.label)),
    h('p', {}, h('small', {}, [card.type, card.date, card.venue].filter(Boolean).join(' · '))),
    card.aliases.length ? h('p', {}, 'also: ', card.aliases.join(', ')) : null,
    card.url ? h('p', {}, outerLink(card.url, card.url)) : null,
    h('p', {}, h('button', { type: 'button', onclick: () => open(card.iri) }, 'Begin here'), ' ',
      h('button', { type: 'button', onclick: () => expand(addNode(card)) }, 'Bring in the neighbours'), ' ',
      h('a', { href: pageOf(card.iri) }, 'Its page')),
    ...card.edges.map((e) => section(card, e)),
  ];
  $('panel').replaceChildren(...parts.filter(Boolean));
}

// One kind of edge: its other ends, page by page.
function section(card, edge) {
  const list = h('ul', {});
  const more = h('button', { type: 'button' }, 'show');
  let shown = 0;
  const next = async () => {
    more.disabled = true;
    try {
      const rows = await neighbours(card.iri, edge, 25, shown);
      shown += rows.length;
      list.append(...rows.map((row) => item(card, row)));
      more.textContent = 'more';
      more.hidden = shown >= edge.count || !rows.length;
    } catch (error) {
      list.append(h('li', { class: 'bad' }, error.message));
    }
    more.disabled = false;
  };
  more.addEventListener('click', next);
  if (edge.count <= 25) next();
  const title = edge.direction === 'out' ? `${edge.relation} →` : `← ${edge.relation}`;
  return h('section', {}, h('h2', {}, title, h('small', {}, number(edge.count))), list, more);
}

function item(card, row) {
  const sentences = h('div', {});
  const why = row.statement && h('button', {
    type: 'button', class: 'why', 'aria-expanded': 'false',
    onclick: async (event) => {
      const button = event.currentTarget;
      const closed = button.getAttribute('aria-expanded') === 'false';
      button.setAttribute('aria-expanded', String(closed));
      sentences.replaceChildren(...(closed ? await quotes(row.statement) : []));
    },
  }, 'why?');
  const said = [row.year, row.support && plural(row.support, 'paper'), row.belief !== null && `belief ${row.belief.toFixed(2)}`];
  return h('li', {}, icon(row.type), ' ', h('button', { type: 'button', class: 'link', onclick: () => open(row.iri) }, row.label), ' ',
    h('small', {}, said.filter(Boolean).join(' · ')), ' ', why, sentences);
}

async function quotes(statement) {
  try {
    const found = await getJson('/api/evidence', { statement });
    return found.sentences.map((s) => h('blockquote', {}, marked(s.quote, s.spans), h('br', {}),
      h('small', {}, s.url ? outerLink(s.title || s.url, s.url) : s.title || s.paper, s.date ? ` · ${s.date}` : '', s.rules.length ? ` · ${s.rules.join(', ')}` : '')));
  } catch (error) {
    return [h('p', { class: 'bad' }, error.message)];
  }
}

async function showEdge(edge) {
  selected = edge.key;
  redraw();
  const name = h('h2', {}, `${edge.source.label} ${edge.relation} ${edge.target.label}`);
  $('panel').replaceChildren(name, ...(edge.statement ? await quotes(edge.statement) : []));
}

async function showStart() {
  const found = await getJson('/api/start');
  if (found.making) {
    say(found.making);
    setTimeout(() => focus || begin(), 1000);
    return;
  }
  const counts = Object.entries(found.counts).map(([type, count]) => `${number(count)} ${type === 'triples' ? 'triples' : type}`);
  $('panel').replaceChildren(
    h('h2', {}, 'Where to begin'),
    h('p', {}, h('small', {}, counts.join(' · '))),
    h('ul', {}, found.rows.map((row) => h('li', {}, icon(row.type), ' ', h('button', { type: 'button', class: 'link', onclick: () => open(row.iri) }, row.label), ' ', h('small', {}, plural(row.edges, 'edge'))))),
  );
  say('search a name, or begin with one of the most connected');
}

// ---------------------------------------------------------------- search

let hits = [];
let at = -1;
let typed = 0;

async function suggest() {
  const turn = (typed += 1);
  const q = $('search').value;
  try {
    const found = q.trim() ? await getJson('/api/search', { q, limit: 12 }) : { rows: [] };
    if (turn !== typed) return;
    if (!found.making) list(found.rows, q);
    else {
      say(found.making);
      setTimeout(() => turn === typed && suggest(), 1000);
    }
  } catch (error) {
    if (turn === typed) say(error.message);
  }
}

function list(found, q) {
  hits = found;
  at = found.length ? 0 : -1;
  const none = q.trim() && !found.length ? [h('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, 'no name is like this')] : [];
  $('search-list').replaceChildren(...none, ...found.map((row, i) => h('li', { role: 'option', id: `hit-${i}`, 'aria-selected': 'false', onpointerdown: (event) => { event.preventDefault(); take(i); } },
    icon(row.type), h('span', {}, row.label), h('small', {}, row.year || plural(row.edges, 'edge')))));
  $('search-list').hidden = !found.length && !none.length;
  $('search').setAttribute('aria-expanded', String(!$('search-list').hidden));
  mark();
}

function mark() {
  for (const [i, element] of [...$('search-list').children].entries()) element.setAttribute('aria-selected', String(i === at));
  if (at >= 0) $('search').setAttribute('aria-activedescendant', `hit-${at}`);
  else $('search').removeAttribute('aria-activedescendant');
}

function take(i) {
  const hit = hits[i];
  typed += 1;
  list([], '');
  if (hit) open(hit.iri);
}

$('search').addEventListener('input', suggest);
$('search').addEventListener('blur', () => list([], ''));
$('search').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') take(at);
  else if (event.key === 'Escape') list([], '');
  else if (event.key === 'ArrowDown' && hits.length) at = (at + 1) % hits.length;
  else if (event.key === 'ArrowUp' && hits.length) at = (at + hits.length - 1) % hits.length;
  else return;
  event.preventDefault();
  mark();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    $('search').focus();
    $('search').select();
  }
});
$('zoom-in').addEventListener('click', () => zoom(1 / 1.3));
$('zoom-out').addEventListener('click', () => zoom(1.3));
$('zoom-fit').addEventListener('click', () => fit([...nodes.values()]));

// ---------------------------------------------------------------- start

async function begin() {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('focus');
  if (wanted === focus && focus) return;
  if (wanted) {
    await open(wanted);
    return;
  }
  try {
    await showStart();
    document.documentElement.dataset.ready = 'yes';
  } catch (error) {
    trouble(error);
  }
}
window.addEventListener('hashchange', begin);
getJson('/api/types').then(setTypes).catch(() => {}).finally(begin);
