// Search with suggestions over names and aliases: a combobox for the page and for the end of a path.

const index = nodes.map((node) => ({ node, names: [node.label, ...node.aliases].map((n) => [n, n.toLowerCase()]) }));
const MOST_SUGGESTED = 12;

function matches(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = [];
  for (const { node, names: all } of index) {
    let best = null;
    for (const [name, low] of all) {
      const at = low.indexOf(wanted);
      if (at < 0) continue;
      const rank = low === wanted ? 0 : at === 0 ? 1 : /[^\p{L}\p{N}]/u.test(low[at - 1]) ? 2 : 3;
      if (!best || rank < best.rank) best = { node, name, rank };
    }
    if (best) found.push(best);
  }
  found.sort((a, b) => a.rank - b.rank || byStanding(a.node, b.node));
  return found.slice(0, MOST_SUGGESTED);
}

function makeSearch(input, list, pick) {
  let found = [];
  let at = -1;
  const close = () => {
    list.hidden = true;
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
    found = matches(input.value);
    list.replaceChildren(...found.map(({ node, name }, k) => h('li', { role: 'option', id: `${list.id}-${k}`, 'aria-selected': 'false', onmousedown: (e) => { e.preventDefault(); choose(k); } },
      icon(TYPES[node.type]), h('span', { class: 'name' }, node.label), h('span', { class: 'side' }, name === node.label ? TYPES[node.type].name : `also ${cut(name, 24)}`))));
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(!!found.length));
    at = -1;
    if (found.length) point(0);
  };
  input.addEventListener('input', open);
  input.addEventListener('focus', () => { if (input.value) open(); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (list.hidden) open();
      else if (found.length) point((at + (e.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      if (list.hidden) open();
      choose(Math.max(at, 0));
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      if (list.hidden) input.value = '';
      close();
    }
  });
}
