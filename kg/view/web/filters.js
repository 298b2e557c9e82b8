// The filters beside the graph: a line for each type, relation and role, the years, the confidence.

function line(predicate) {
  return svg('svg', { width: 30, height: 8, viewBox: '0 0 30 8', 'aria-hidden': 'true' }, svg('line', { x1: 0, y1: 4, x2: 30, y2: 4, stroke: lineColor(predicate), 'stroke-width': plainPredicates.has(predicate) ? 2.4 : 1.4, 'stroke-dasharray': dashesOf(predicate).join(' ') || 'none' }));
}

function choice(mark, text, count, on, change) {
  const box = h('input', { type: 'checkbox' });
  box.checked = on;
  box.addEventListener('change', () => change(box.checked));
  return h('li', {}, h('label', {}, box, mark, h('span', {}, text), h('span', { class: 'count' }, number(count))));
}

function fillFilters() {
  const perType = TYPES.map((_, t) => nodes.filter((n) => n.type === t).length);
  $('legend').replaceChildren(...TYPES.map((type, t) => choice(icon(type), type.name, perType[t], state.typesOn.has(t), (on) => {
    if (on) state.typesOn.add(t); else state.typesOn.delete(t);
    if (on && t === PAPER) growBy('+');
    tell('filter');
  })).filter((_, t) => perType[t]));
  const choices = (list, off, make) => list.map((p) => make(p, !off.has(p), (on) => {
    if (on) off.delete(p); else off.add(p);
    tell('filter');
  }));
  const roles = predicates.filter((p) => !plainPredicates.has(p));
  $('relations').replaceChildren(...choices(predicates.filter((p) => plainPredicates.has(p)), state.relationsOff, (p, on, change) => choice(line(p), reads(p), edges.filter((e) => e.predicate === p).length, on, change)));
  $('roles').replaceChildren(...choices(roles, state.rolesOff, (p, on, change) => choice(null, roleName(p), nodes.filter((n) => n.roles.has(p)).length, on, change)));
  $('roles-section').hidden = !roles.length;
  if (state.rolesOff.size) $('roles-fold').open = true;
  $('relations-section').hidden = !plainPredicates.size;
  $('years-section').hidden = !state.years;
  if (state.years) {
    ['year-from', 'year-to'].forEach((id, k) => {
      $(id).min = yearSpan[0];
      $(id).max = yearSpan[1];
      $(id).value = state.years[k];
    });
  }
  $('belief').value = Math.round(state.belief * 100);
  $('belief-value').textContent = percent(state.belief);
}

function yearsChanged() {
  const [a, b] = [Number($('year-from').value), Number($('year-to').value)];
  if (!a || !b) return;
  state.years = [Math.min(a, b), Math.max(a, b)];
  tell('filter');
}
