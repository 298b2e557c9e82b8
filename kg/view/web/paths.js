// The way between two nodes: how it is found, asked for and told.

// The shortest way between two nodes over the data of the page; entities are preferred to papers.
function pathBetween(a, b) {
  for (const usable of [(n) => n.type !== PAPER || n === a || n === b, () => true]) {
    const from = new Map([[a.i, null]]);
    let ring = [a];
    while (ring.length && !from.has(b.i)) {
      const next = [];
      for (const node of ring) {
        for (const edge of node.edges) {
          const to = other(edge, node);
          if (!from.has(to.i) && usable(to)) {
            from.set(to.i, edge);
            next.push(to);
          }
        }
      }
      ring = next;
    }
    if (!from.has(b.i)) continue;
    const path = [];
    for (let at = b; from.get(at.i); at = other(path[path.length - 1], at)) path.push(from.get(at.i));
    return path.reverse();
  }
  return null;
}

function pathBox(node) {
  const input = h('input', { id: 'path-to', type: 'text', role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': 'path-list', 'aria-label': `Path from ${node.label} to`, placeholder: 'Path to …', autocomplete: 'off' });
  const list = h('ul', { id: 'path-list', role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  const drop = h('div', { class: 'drop' }, h('p', { role: 'status', 'aria-live': 'polite' }), list);
  makeSearch(input, list, (target) => showPath(node, target));
  return h('div', { class: 'path' }, input, drop);
}

function showPath(from, to) {
  const path = pathBetween(from, to);
  if (!path || !path.length) {
    state.said = path ? 'that is the same node' : `no path from ${from.label} to ${to.label} in this page`;
    tell('said');
    return;
  }
  const on = { nodes: new Set([from.i]), edges: new Set(path.map((e) => e.i)) };
  for (const e of path) on.nodes.add(e.source).add(e.target);
  for (const i of on.nodes) {
    state.typesOn.add(nodes[i].type);
    bring(nodes[i]);
  }
  state.path = on;
  select({ node: from, to, keepPath: true, steps: path }, 'filter');
  if (!$('view-graph').hidden) network.fit({ nodes: [...on.nodes], maxZoomLevel: 1.2, animation: false });
}

function steps(node, path) {
  const box = h('section', { class: 'steps' }, h('h3', {}, 'Path', h('span', { class: 'count' }, plural(path.length, 'step'))));
  let at = node;
  for (const edge of path) {
    const next = other(edge, at);
    box.append(h('button', { type: 'button', class: 'item', onclick: () => showEdge(edge) }, h('span', { class: 'quiet' }, reads(edge.predicate, edge.source !== at.i)), icon(TYPES[next.type]), h('span', {}, next.label)));
    at = next;
  }
  return box;
}
