// The query editor: named questions as examples, one text, its answer as a table.
import { $, BASE, cut, getJson, h, number, outerLink, pageOf, plural } from './dom.js';

const SHOWN = 1000;
const FIRST = `# What is said to outperform what, best supported first
SELECT ?better ?worse ?support ?belief {
  ?s rdf:subject/skos:prefLabel ?better ; rdf:predicate kg:outperforms ;
     rdf:object/skos:prefLabel ?worse ; kg:support ?support ; kg:belief ?belief
} ORDER BY DESC(?support) DESC(?belief) ?better ?worse LIMIT 50`;
let prefixes = [];
let asked = null;

const say = (text, bad) => {
  $('status').textContent = text;
  $('status').className = bad ? 'bad' : '';
};

// ---------------------------------------------------------------- named questions

let questions = [];

async function listQuestions() {
  const found = await getJson('/api/questions');
  questions = found.questions;
  prefixes = Object.entries(found.prefixes).sort((a, b) => b[1].length - a[1].length);
  $('name').append(...questions.map((q) => h('option', { value: q.name }, `${q.name}: ${q.title}`)));
}

function showParams() {
  const question = questions.find((q) => q.name === $('name').value);
  $('fill').hidden = !question;
  const example = Object.fromEntries((question ? question.example : '').split(/\s(?=\w+=)/).map((p) => p.split('=')));
  $('params').replaceChildren(...(question ? question.params : []).map((p) => {
    const given = { id: `param-${p.name}`, name: p.name, required: p.required, placeholder: p.default || example[p.name] || '', title: p.help };
    const field = p.choices.length ? h('select', given, h('option', { value: '' }, 'any'), p.choices.map((c) => h('option', {}, c))) : h('input', given);
    return h('label', {}, `${p.name} `, field);
  }));
}

async function fill(event) {
  event.preventDefault();
  const params = Object.fromEntries([...new FormData($('question'))].filter(([, value]) => value !== ''));
  try {
    const found = await getJson(`/api/questions/${encodeURIComponent($('name').value)}`, params);
    $('text').value = found.text;
    await run();
  } catch (error) {
    say(error.message, true);
  }
}

// ---------------------------------------------------------------- asking

const ask = (accept, signal) => fetch('/sparql', {
  method: 'POST', signal, body: $('text').value, headers: { 'Content-Type': 'application/sparql-query', Accept: accept },
});

async function run() {
  asked = new AbortController();
  $('stop').hidden = false;
  $('answer').replaceChildren();
  say('asking …');
  history.replaceState(null, '', `#${new URLSearchParams({ query: $('text').value })}`);
  const start = performance.now();
  try {
    const answer = await ask('application/sparql-results+json, text/turtle;q=0.9', asked.signal);
    const text = await answer.text();
    const took = `${number(Math.round(performance.now() - start))} ms`;
    if (!answer.ok) return refuse(text.trim() || `the server answered ${answer.status}`);
    if ((answer.headers.get('Content-Type') || '').startsWith('text/turtle')) {
      $('answer').replaceChildren(h('pre', {}, text));
      say(took);
    } else show(JSON.parse(text), took);
  } catch (error) {
    say(error.name === 'AbortError' ? 'stopped' : error.message, true);
  } finally {
    $('stop').hidden = true;
  }
  return null;
}

// The reason, and the cursor where the parser stopped.
function refuse(reason) {
  say(reason, true);
  const place = /error at (\d+):(\d+)/.exec(reason);
  if (!place) return;
  const before = $('text').value.split('\n').slice(0, Number(place[1]) - 1).join('\n').length;
  const at = before + (place[1] === '1' ? 0 : 1) + Number(place[2]) - 1;
  $('text').focus();
  $('text').setSelectionRange(at, at + 1);
}

function show(content, took) {
  if (typeof content.boolean === 'boolean') {
    say(took);
    $('answer').replaceChildren(h('p', {}, content.boolean ? 'yes' : 'no'));
    return;
  }
  const columns = content.head.vars;
  const rows = content.results.bindings;
  const body = rows.slice(0, SHOWN).map((row) => h('tr', {}, columns.map((c) => cell(row[c]))));
  const head = h('tr', {}, columns.map((c) => h('th', { scope: 'col' }, c)));
  $('answer').replaceChildren(h('table', {}, h('thead', {}, head), h('tbody', {}, body)));
  const some = rows.length > SHOWN ? `; the first ${number(SHOWN)} are shown, a saved answer has all` : '';
  say(`${plural(rows.length, 'row')} in ${took}${some}`);
}

function cell(value) {
  if (!value) return h('td', {});
  if (value.type === 'uri') {
    const inner = value.value.startsWith(BASE);
    return h('td', {}, inner ? h('a', { href: pageOf(value.value), title: value.value }, short(value.value)) : outerLink(short(value.value), value.value));
  }
  const numeric = /#(integer|decimal|double|float)$/.test(value.datatype || '');
  return h('td', { class: numeric ? 'number' : null }, value.type === 'bnode' ? `_:${value.value}` : value.value);
}

function short(iri) {
  const found = prefixes.find(([, space]) => iri.startsWith(space) && iri.length > space.length);
  return cut(found ? `${found[0]}:${iri.slice(found[1].length)}` : iri, 90);
}

async function save(button) {
  try {
    const answer = await ask(button.dataset.type);
    if (!answer.ok) return refuse((await answer.text()).trim());
    const address = URL.createObjectURL(await answer.blob());
    h('a', { href: address, download: `answer.${button.dataset.suffix}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  } catch (error) {
    say(error.message, true);
  }
  return null;
}

// ---------------------------------------------------------------- start

$('run').addEventListener('click', run);
$('stop').addEventListener('click', () => asked && asked.abort());
$('name').addEventListener('change', showParams);
$('question').addEventListener('submit', fill);
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
for (const button of document.querySelectorAll('[data-type]')) button.addEventListener('click', () => save(button));
const given = new URLSearchParams(location.hash.slice(1) || location.search).get('query');
$('text').value = given || FIRST;
listQuestions().catch((error) => say(error.message, true)).finally(() => {
  document.documentElement.dataset.ready = 'yes';
});
