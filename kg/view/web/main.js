// Joins the parts: filters, keys, buttons, address.

const total = raw.total;

function status() {
  const said = state.said ? ` · ${state.said}` : '';
  state.said = '';
  $('status').textContent = `${number(drawn.nodes.size)} of ${number(total)} shown${said}`;
  const more = Math.min(MORE, behind().length);
  $('more').hidden = !more;
  $('more').textContent = `Show ${number(more)} more`;
}

let filled = null; // what the lists of filters were filled with
listen((what) => {
  if (what.has('filter')) {
    const focused = document.activeElement && document.activeElement.closest('#filters label');
    const place_ = focused ? [...document.querySelectorAll('#filters label')].indexOf(focused) : -1;
    const key = `${[...state.typesOn].sort()} ${[...state.relationsOff, ...state.rolesOff].sort()}`;
    if (key !== filled) {
      filled = key;
      fillFilters();
      if (place_ >= 0) { const again = document.querySelectorAll('#filters label input')[place_]; if (again) again.focus(); }
    }
  }
  if (!what.has('said')) draw();
  if (what.has('selected') || what.has('theme')) showPanel();
  if (what.has('filter')) fillNodeList();
  if (what.has('theme')) fillFilters();
  status();
  if (!what.has('theme')) writeHash();
});

function reset() {
  backToOpening();
  placesOfOpening();
  filled = null;
  atOnce(() => {
    select(null, 'filter');
    fit();
  });
}

function applyTheme(dark) {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  tell('theme');
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function canvasKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const chosen = state.selected && state.selected.node;
  if (ARROWS[event.key]) {
    const next = nextNode(...ARROWS[event.key]);
    if (next) { select({ node: next }); look(next.i); state.said = next.label; status(); }
  } else if (event.key === 'Enter' && state.selected) $('panel').focus();
  else if ((event.key === 'e' || event.key === 'E') && chosen) expand(chosen);
  else if (event.key === '+' || event.key === '=') zoom(1.25);
  else if (event.key === '-') zoom(.8);
  else if (event.key === '0') fit();
  else return;
  event.preventDefault();
}

function pageKey(event) {
  const writing = event.target.closest('input[type="text"], input[type="number"], select, textarea');
  if (event.key === '/' && !writing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $('search').focus();
    $('search').select();
  } else if (event.key === '?' && !writing) $('help').showModal();
  else if (event.key === 'Escape' && !$('help').open) {
    if ($('filters').classList.contains('open')) toggleFilters(false);
    else if (state.selected) closePanel();
  }
}

function toggleFilters(on) {
  $('filters').classList.toggle('open', on);
  $('filters-toggle').setAttribute('aria-expanded', String(on));
}

function wire() {
  makeSearch($('search'), $('search-list'), (node) => { if (state.tab !== 'graph') showTab('graph'); jump(node); $('search').value = ''; $('canvas').focus({ preventScroll: true }); });
  TABS.forEach((tab, k) => {
    $(`tab-${tab}`).addEventListener('click', () => showTab(tab));
    $(`tab-${tab}`).addEventListener('keydown', (e) => {
      const to = { ArrowRight: (k + 1) % TABS.length, ArrowLeft: (k + TABS.length - 1) % TABS.length, Home: 0, End: TABS.length - 1 }[e.key];
      if (to !== undefined) { e.preventDefault(); showTab(TABS[to], true); }
    });
  });
  $('year-from').addEventListener('change', yearsChanged);
  $('year-to').addEventListener('change', yearsChanged);
  $('belief').addEventListener('input', () => { state.belief = Number($('belief').value) / 100; $('belief-value').textContent = percent(state.belief); tell('filter'); });
  $('reset').addEventListener('click', reset);
  $('more').addEventListener('click', showMore);
  $('save-png').addEventListener('click', savePng);
  $('save-svg').addEventListener('click', saveSvg);
  $('save-csv').addEventListener('click', saveCsv);
  $('zoom-in').addEventListener('click', () => zoom(1.25));
  $('zoom-out').addEventListener('click', () => zoom(.8));
  $('zoom-fit').addEventListener('click', () => fit());
  $('theme').addEventListener('click', () => applyTheme(!isDark()));
  $('help-button').addEventListener('click', () => $('help').showModal());
  $('filters-toggle').addEventListener('click', () => toggleFilters(!$('filters').classList.contains('open')));
  $('skip').addEventListener('click', (e) => { e.preventDefault(); $('node-list-toggle').focus(); });
  $('node-list-toggle').addEventListener('click', () => {
    const body = $('node-list-body');
    body.hidden = !body.hidden;
    $('node-list-toggle').setAttribute('aria-expanded', String(!body.hidden));
    fillNodeList();
  });
  $('canvas').addEventListener('keydown', canvasKey);
  document.addEventListener('keydown', pageKey);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (e) => applyTheme(e.matches));
  window.addEventListener('hashchange', () => atOnce(fromHash));
}

function fromHash() {
  backToOpening();
  placesOfOpening();
  const asked = readHash();
  filled = null;
  if (state.typesOn.has(PAPER) && !openingTypes.has(PAPER) && !asked.grown.length) asked.grown.push('+');
  // Papers come by a step of their own, or behind a node that has nothing else: as it was when the steps were taken.
  const types = state.typesOn;
  state.typesOn = new Set([...types].filter((t) => t !== PAPER || openingTypes.has(PAPER)));
  asked.grown.forEach(growBy);
  state.typesOn = types;
  state.said = '';
  if (asked.node && asked.to) showPath(asked.node, asked.to);
  else if (asked.node) jump(asked.node);
  else if (asked.edge) { showEdge(asked.edge); lookAtEdge(asked.edge); }
  else select(raw.focus >= 0 && !seen ? { node: nodes[raw.focus] } : null, 'filter');
  showTab(state.tab);
  if (!asked.node && !asked.edge && !seen) seeAll();
}

// The first look; on a page that opens on another tab it comes when the graph does, since a hidden canvas has no size.
let seen = false;
function seeAll() {
  if ($('view-graph').hidden) return;
  seen = true;
  network.setSize('100%', '100%');
  fit(true);
}

function start() {
  document.documentElement.dataset.theme = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  for (const [tab, list] of [['boards', raw.boards], ['claims', claims], ['conflicts', raw.conflicts]]) $(`tab-${tab}`).querySelector('.count').textContent = number(list.length);
  wire();
  atOnce(fromHash);
  requestAnimationFrame(() => { document.documentElement.dataset.ready = 'yes'; });
}

start();
