// What is shown, as a file: a picture (PNG, SVG) or a table (CSV).

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function savePng() {
  const source = $('canvas').querySelector('canvas');
  const target = h('canvas', { width: source.width, height: source.height });
  const context = target.getContext('2d');
  context.fillStyle = ink().ring;
  context.fillRect(0, 0, target.width, target.height);
  context.drawImage(source, 0, 0);
  target.toBlob((blob) => save('graph.png', blob), 'image/png');
}

function svgOfShown() {
  const all = [...drawn.nodes].map((i) => places.get(i));
  const box = [Math.min(...all.map((p) => p.x)) - 90, Math.min(...all.map((p) => p.y)) - 40, Math.max(...all.map((p) => p.x)) + 90, Math.max(...all.map((p) => p.y)) + 60];
  const colors = ink();
  const root = svg('svg', { xmlns: SVG, viewBox: `${box[0]} ${box[1]} ${box[2] - box[0]} ${box[3] - box[1]}`, width: box[2] - box[0], height: box[3] - box[1] });
  root.append(svg('rect', { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1], fill: colors.ring }));
  for (const e of drawn.edges) {
    const [a, b] = [places.get(e.source), places.get(e.target)];
    const line = svg('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: lineColor(e.predicate), 'stroke-opacity': .7, 'stroke-width': 1.6, 'stroke-dasharray': dashesOf(e.predicate).join(' ') || 'none' });
    line.append(svg('title', {}, `${nodes[e.source].label} ${reads(e.predicate)} ${nodes[e.target].label}`));
    root.append(line);
  }
  for (const i of drawn.nodes) {
    const [p, type] = [places.get(i), TYPES[nodes[i].type]];
    root.append(shapeOf(type.shape, p.x, p.y, sizeOf(i), colorOf(type)));
    root.append(svg('text', { x: p.x, y: p.y + sizeOf(i) + 14, 'text-anchor': 'middle', 'font-size': 12, 'font-family': 'sans-serif', fill: colors.text, stroke: colors.halo, 'stroke-width': 3, 'paint-order': 'stroke' }, shortName(nodes[i])));
  }
  return root;
}

function saveSvg() {
  if (!drawn.nodes.size) return;
  save('graph.svg', new Blob([new XMLSerializer().serializeToString(svgOfShown())], { type: 'image/svg+xml' }));
}

// A cell that a spreadsheet could take for a formula begins with an apostrophe.
function cell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function saveTable(name, columns, rows) {
  save(name, new Blob(['\ufeff', [columns, ...rows].map((r) => r.map(cell).join(',')).join('\r\n'), '\r\n'], { type: 'text/csv;charset=utf-8' }));
}

function saveCsv() {
  const columns = ['head', 'head_type', 'relation', 'tail', 'tail_type', 'confidence', 'papers', 'paper', 'sentence'];
  const rows = [];
  for (const e of drawn.edges) {
    const [head, tail, first] = [nodes[e.source], nodes[e.target], e.evidence[0]];
    rows.push([head.label, TYPES[head.type].name, e.predicate, tail.label, TYPES[tail.type].name, e.belief, e.support, first && first.paper >= 0 ? nodes[first.paper].label : '', first ? first.quote : '']);
  }
  saveTable('graph.csv', columns, rows);
}
