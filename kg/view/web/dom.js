// Elements are made here and nowhere else: text enters as text, links only with http or https.

const SVG = 'http://www.w3.org/2000/svg';
const $ = (id) => document.getElementById(id);

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const inEnglish = new Intl.NumberFormat('en-US');
const number = (n) => inEnglish.format(n);
const percent = (x) => `${Math.round(x * 100)}%`;
const plural = (n, word) => `${number(n)} ${word}${n === 1 ? '' : 's'}`;
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

function outerLink(text, address) {
  const url = safeUrl(address);
  return url ? h('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, text) : h('span', {}, text);
}

// The corners of each shape around (0, 0) with radius 1, as the canvas library draws them.
const CORNERS = {
  square: [[-.9, -.9], [.9, -.9], [.9, .9], [-.9, .9]],
  triangle: [[0, -1.1], [1.05, .8], [-1.05, .8]],
  diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
  hexagon: [0, 1, 2, 3, 4, 5].map((k) => [Math.cos(k * Math.PI / 3), Math.sin(k * Math.PI / 3)]),
  star: Array.from({ length: 10 }, (_, k) => {
    const r = k % 2 ? .52 : 1.25;
    return [r * Math.sin(k * Math.PI / 5), -r * Math.cos(k * Math.PI / 5)];
  }),
};

function shapeOf(shape, x, y, r, fill) {
  if (shape === 'dot') return svg('circle', { cx: x, cy: y, r, fill });
  const points = CORNERS[shape].map(([a, b]) => `${(x + a * r).toFixed(1)},${(y + b * r).toFixed(1)}`).join(' ');
  return svg('polygon', { points, fill });
}

function icon(type) {
  return svg('svg', { width: 14, height: 14, viewBox: '0 0 14 14', 'aria-hidden': 'true' }, shapeOf(type.shape, 7, 7, 5, colorOf(type)));
}

const isDark = () => document.documentElement.dataset.theme === 'dark';
const colorOf = (type) => (isDark() ? type.dark : type.color);
const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

// Text in which the given names are marked: [[name, class], ...], longest first, as whole words.
function marked(text, names) {
  const wanted = names.filter(([name]) => name.length > 1 || /[A-Z]/.test(name)).sort((a, b) => b[0].length - a[0].length);
  const out = document.createDocumentFragment();
  if (!wanted.length) {
    out.append(text);
    return out;
  }
  const escaped = wanted.map(([name]) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const found = match[0].toLowerCase();
    const name = wanted.find(([n]) => n.toLowerCase() === found);
    out.append(text.slice(from, match.index), h('mark', { class: name ? name[1] : 'a' }, match[0]));
    from = match.index + match[0].length;
  }
  out.append(text.slice(from));
  return out;
}
