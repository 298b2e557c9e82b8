// Where nodes stand: the places of the model, made in advance, and a free one for each node that comes later.

const places = new Map();
// The places that are taken, in cells as large as the room that a node and its label need.
const ROOM = { x: 100, y: 40 };
const taken = new Map();
const cellAt = (column, row) => column * 100003 + row;
const cellOf = (p) => cellAt(Math.floor(p.x / ROOM.x), Math.floor(p.y / ROOM.y));

function lift(i) {
  const old = places.get(i);
  if (old) taken.get(cellOf(old)).delete(i);
  places.delete(i);
}

function put(i, { x, y }) {
  lift(i);
  const p = { x: Math.round(x), y: Math.round(y) };
  places.set(i, p);
  const cell = cellOf(p);
  if (!taken.has(cell)) taken.set(cell, new Set());
  taken.get(cell).add(i);
}

// The model's picture is wide; on a screen that is higher than wide it lies on its side.
const upright = window.matchMedia('(max-aspect-ratio: 4/5)').matches;
const putOpening = () => model.nodes.forEach((n) => put(n.id, upright ? { x: n.y, y: n.x } : n));
putOpening();

function isFree(at) {
  const [column, row] = [Math.floor(at.x / ROOM.x), Math.floor(at.y / ROOM.y)];
  for (let c = column - 1; c <= column + 1; c += 1) {
    for (let r = row - 1; r <= row + 1; r += 1) {
      for (const i of taken.get(cellAt(c, r)) || []) {
        const p = places.get(i);
        if (Math.abs(p.x - at.x) < ROOM.x && Math.abs(p.y - at.y) < ROOM.y) return false;
      }
    }
  }
  return true;
}

// A free place near a point: rings outwards until no node's room is in the way.
function freePlace(x, y, first) {
  for (let ring = first; ring < first + 60; ring += 1) {
    const steps = 6 + ring * 4;
    for (let k = 0; k < steps; k += 1) {
      const angle = (k / steps) * 2 * Math.PI + ring * .7;
      const at = { x: x + ring * 105 * Math.cos(angle), y: y + ring * 66 * Math.sin(angle) };
      if (isFree(at)) return at;
    }
  }
  return { x: x + first * 105, y };
}

// In the middle of its neighbours; below all others where none is shown.
function place(i) {
  const near = [...new Set(nodes[i].edges.map((e) => other(e, nodes[i]).i))].filter((j) => j !== i && places.has(j) && state.shown.has(j)).map((j) => places.get(j));
  if (!near.length) {
    let bottom = -140;
    for (const p of places.values()) bottom = Math.max(bottom, p.y);
    put(i, freePlace(0, bottom + 140, 0));
  } else put(i, freePlace(near.reduce((s, p) => s + p.x, 0) / near.length, near.reduce((s, p) => s + p.y, 0) / near.length, 1));
}

function placesOfOpening() {
  for (const i of [...places.keys()]) lift(i);
  putOpening();
}
