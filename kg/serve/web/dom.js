// Elements are made here and nowhere else: text enters as text, links lead to this server or to http and https.

export const $ = (id) => document.getElementById(id);

function make(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

export const h = (tag, attributes, ...children) => make(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) =>
  make(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const english = new Intl.NumberFormat('en-US');
export const number = (n) => english.format(n);
export const plural = (n, word) => `${number(n)} ${word}${n === 1 ? '' : 's'}`;
export const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

// A value as a link, where it is an address of the web; else as text.
export function outerLink(text, address) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return h('span', {}, text);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return h('span', {}, text);
  return h('a', { href: url.href, rel: 'noopener noreferrer nofollow', target: '_blank' }, text);
}

export const BASE = 'https://w3id.org/kg-abstracts/';

// The page of a thing on this server.
export function pageOf(iri) {
  if (iri.startsWith(BASE) && !/[#?]/.test(iri)) return `/entity/${iri.slice(BASE.length).split('/').map(encodeURIComponent).join('/')}`;
  return `/entity?${new URLSearchParams({ iri })}`;
}

// Text with the given places, [[start, end], ...], marked. Places count code points, as the graph does.
export function marked(text, spans) {
  const signs = Array.from(text);
  const out = [];
  let from = 0;
  for (const [start, end] of spans) {
    out.push(signs.slice(from, start).join(''), h('mark', {}, signs.slice(start, end).join('')));
    from = end;
  }
  out.push(signs.slice(from).join(''));
  return out;
}

// JSON from this server; an Error whose message is the server's reason otherwise.
export async function getJson(path, params) {
  const address = params ? `${path}?${new URLSearchParams(params)}` : path;
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  const text = await answer.text();
  let content = null;
  try {
    content = JSON.parse(text);
  } catch {
    content = null;
  }
  if (!answer.ok || content === null) {
    const error = new Error((content && content.error) || text.trim() || `the server answered ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return content;
}
