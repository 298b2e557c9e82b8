// Search with suggestions over names and aliases: a combobox for the page and for the end of a path.

const MOST_SUGGESTED = 12;
const MOST_NEAREST = 3;
const LEAST_LIKENESS = .4;

// Letters and digits alone, without case and accents: "Mask R-CNN", "mask_rcnn" and "Mask RCNN" are one.
const parts = (text) => text.normalize('NFKD').toLowerCase().replace(/\p{M}+/gu, '').split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const fold = (text) => parts(text).join('');

const index = nodes.map((node) => ({ node, names: [node.label, ...node.aliases].map((name) => {
  const words = parts(name);
  const starts = new Set();
  let at = 0;
  for (const word of words) { starts.add(at); at += word.length; }
  return { name, low: name.toLowerCase(), folded: words.join(''), starts };
}) }));

// 0 and 1 are the whole name, 2 and 3 its beginning, as written and folded; 4 the beginning of a word; 5 within one.
function rankOf({ low, folded, starts }, wanted, bare) {
  if (low === wanted) return 0;
  if (!bare) return low.includes(wanted) ? 5 : null;
  if (folded === bare) return 1;
  if (low.startsWith(wanted)) return 2;
  if (folded.startsWith(bare)) return 3;
  let within = null;
  for (let at = folded.indexOf(bare); at >= 0; at = folded.indexOf(bare, at + 1)) {
    if (starts.has(at)) return 4;
    within = 5;
  }
  return within;
}

function matches(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const bare = fold(wanted);
  const found = [];
  for (const { node, names: all } of index) {
    let best = null;
    for (const one of all) {
      const rank = rankOf(one, wanted, bare);
      if (rank !== null && (!best || rank < best.rank)) best = { node, name: one.name, rank };
    }
    if (best) found.push(best);
  }
  found.sort((a, b) => a.rank - b.rank || byStanding(a.node, b.node));
  return found.slice(0, MOST_SUGGESTED);
}

const twos = (folded) => new Set(Array.from({ length: Math.max(0, folded.length - 1) }, (_, k) => folded.slice(k, k + 2)));

// The names that share most pairs of letters with a text that no name matches (Dice's coefficient).
function nearest(text) {
  const wanted = twos(fold(text));
  const found = [];
  for (const { node, names: all } of index) {
    let best = null;
    for (const one of all) {
      one.twos = one.twos || twos(one.folded);
      let shared = 0;
      for (const two of wanted) if (one.twos.has(two)) shared += 1;
      const likeness = 2 * shared / (wanted.size + one.twos.size || 1);
      if (likeness >= LEAST_LIKENESS && (!best || likeness > best.likeness)) best = { node, name: one.name, likeness };
    }
    if (best) found.push(best);
  }
  return found.sort((a, b) => b.likeness - a.likeness || byStanding(a.node, b.node)).slice(0, MOST_NEAREST);
}

// The list stands in a box with a line that says, also aloud, when nothing matches.
function makeSearch(input, list, pick) {
  const said = list.parentElement.querySelector('[role="status"]');
  let found = [];
  let at = -1;
  const close = () => {
    list.hidden = true;
    said.textContent = '';
    list.parentElement.classList.remove('open');
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    at = -1;
  };
  const choose = (k) => {
    const chosen = found[k];
    close();
    if (chosen) pick(chosen.node);
  };
  const point = (k) => {
    at = k;
    [...list.children].forEach((o, j) => o.setAttribute('aria-selected', String(j === k)));
    if (k >= 0) {
      input.setAttribute('aria-activedescendant', list.children[k].id);
      list.children[k].scrollIntoView({ block: 'nearest' });
    }
  };
  const open = () => {
    const wanted = input.value.trim();
    found = matches(wanted);
    const none = wanted !== '' && !found.length;
    if (none) found = nearest(wanted);
    said.textContent = none ? `No match for “${cut(wanted, 40)}”${found.length ? '. Nearest names:' : ''}` : '';
    list.parentElement.classList.toggle('open', none || found.length > 0);
    list.replaceChildren(...found.map(({ node, name }, k) => h('li', { role: 'option', id: `${list.id}-${k}`, 'aria-selected': 'false', onmousedown: (e) => { e.preventDefault(); choose(k); } },
      icon(TYPES[node.type]), h('span', { class: 'name' }, node.label), h('span', { class: 'side' }, name === node.label ? TYPES[node.type].name : `also ${cut(name, 24)}`))));
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(!!found.length));
    at = -1;
    if (found.length && !none) point(0); // what only comes near is not chosen before an arrow says so
  };
  input.addEventListener('input', open);
  input.addEventListener('focus', () => { if (input.value) open(); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (list.hidden) open();
      else if (found.length) point(e.key === 'ArrowDown' ? (at + 1) % found.length : (Math.max(at, 0) + found.length - 1) % found.length);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      if (list.hidden) open();
      if (at >= 0) choose(at);
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      if (!list.parentElement.classList.contains('open')) input.value = '';
      close();
    }
  });
}
