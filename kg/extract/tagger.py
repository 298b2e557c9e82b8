"""A small convolutional network that says for each word how likely it begins or continues a name, and of which type.

A word is its looks (the whole word, its beginning, its end, its shape, the classes of words that stand in the same
surroundings), each hashed into a table of vectors (four rows per look, as in spaCy's ``HashEmbed``: Serra and
Karatzoglou 2017, "Getting deep recommenders fit: Bloom embeddings"); four residual layers of maxout over a window of
three words follow, so a word is judged from the four before and behind it. It is the architecture of spaCy's
``MaxoutWindowEncoder``, with a score per word in place of a transition system, and is trained in spaCy's own library
(:mod:`kg.train.student`). Here its arrays are applied with NumPy alone: what a word's looks give is kept from paper to
paper, which leaves the layers (0.17 GFLOP for an abstract of 250 words).

As a spaCy component it is ``kg_tagger``: it sets ``doc.tensor`` (words x labels) and ``doc.ents``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.extract import weights
from kg.extract.lexicon import tables
from kg.model import ENTITY_TYPES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PLACE = Path(__file__).parent / "model" / "tagger.npz"
# Outside, then begin and inside of each type, in the order of ENTITY_TYPES.
LABELS = ("O", *(f"{part}-{kind}" for kind in ENTITY_TYPES for part in "BI"))
# The looks of a word, each with the number of rows of its table.
TABLES = {"word": 12000, "start": 3000, "end": 5000, "shape": 800, "fine": 600, "coarse": 120}
WIDTH = 96
DEPTH = 4
PIECES = 3
# Words whose first vectors are kept, those of 2,500 abstracts; 17 MB.
KEPT = 1 << 15
BLOCK = 16


def shape_of(word: str) -> str:
    """The kinds of its characters, runs cut at three.

    >>> [shape_of(w) for w in ("GPT-4o", "imagenet", "2025")]
    ['XXX-dx', 'xxx', 'ddd']
    """
    start = word[:40]
    return _cut(start.translate(_KINDS) if start.isascii() else "".join(map(_kind, start)))


@lru_cache(maxsize=4096)
def _cut(kinds: str) -> str:
    return _RUN.sub(r"\1\1\1", kinds)


def _kind(c: str) -> str:
    return "X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c


_KINDS = {n: _kind(chr(n)) for n in range(128)}
_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)


def looks(word: str) -> tuple[str, ...]:
    """What the network sees of a word, in the order of :data:`TABLES`.

    >>> looks("Networks")[:4]
    ('networks', 'Netw', 'orks', 'Xxxx')
    """
    lower = word.lower()
    fine, coarse = tables().classes.get(lower) or tables().classes.get(lower.removesuffix("s")) or ("", "")
    return lower, word[:4], lower[-4:], shape_of(word), fine, coarse


class Network(NamedTuple):
    """The arrays of the network; ``tables`` is one per look, ``layers`` the mixer of the looks and the windows."""

    tables: tuple[Floats, ...]
    seeds: tuple[int, ...]
    layers: tuple[tuple[Floats, Floats, Floats, Floats], ...]  # weights, shift, and scale and shift of the norm
    head: tuple[Floats, Floats]


class Tagger:
    """The network applied to words. What a text gives does not depend on the texts before it."""

    def __init__(self, network: Network) -> None:
        import numpy as np

        self.network = network
        self._rows: dict[str, int] = {}
        self._known = np.zeros((1024, WIDTH), dtype=np.float32)

    def chances(self, words: Sequence[str]) -> Floats:
        """The probability of each label for each word: words x labels, rows add up to 1."""
        return self.each([words])[0]

    def each(self, texts: Sequence[Sequence[str]]) -> list[Floats]:
        """The chances of several texts, read in one go; none sees the words of another."""
        import numpy as np

        # As in training, as many empty words as there are layers stand before and behind a text.
        starts, end = [], DEPTH
        for words in texts:
            starts.append(end)
            end += len(words) + DEPTH
        x = np.zeros((end, WIDTH), dtype=np.float32)
        vectors = self._of_words([word for words in texts for word in words])
        done = 0
        for start, words in zip(starts, texts, strict=True):
            x[start : start + len(words)] = vectors[done : done + len(words)]
            done += len(words)
        for layer in self.network.layers[1:]:
            x += _maxout(_windows(x), layer)
        weights, shift = self.network.head
        found = softmax(x @ weights.T + shift)
        return [found[start : start + len(words)] for start, words in zip(starts, texts, strict=True)]

    def _of_words(self, words: Sequence[str]) -> Floats:
        """The first vectors of the words, which are kept; those of new words are worked out together."""
        import numpy as np

        if len(self._rows) + len(words) > KEPT:
            self._rows.clear()
        rows = [self._rows.get(word, -1) for word in words]
        if -1 in rows:
            fresh = list(dict.fromkeys([w for w, row in zip(words, rows, strict=True) if row < 0]))
            first = len(self._rows)
            while first + len(fresh) > len(self._known):
                self._known = np.concatenate([self._known, np.zeros_like(self._known)])
            self._known[first : first + len(fresh)] = self._first(fresh)
            self._rows.update((w, first + i) for i, w in enumerate(fresh))
            rows = [self._rows[w] for w in words]
        return self._known[rows]

    def _first(self, words: Sequence[str]) -> Floats:
        """The vectors of words before their surroundings are seen; blocks of one size, so that none moves another."""
        import numpy as np
        from thinc.api import NumpyOps

        ops = NumpyOps()
        ids = codes(words)
        parts = []
        for column, (table, seed) in enumerate(zip(self.network.tables, self.network.seeds, strict=True)):
            rows = ops.hash(np.ascontiguousarray(ids[:, column]), seed) % len(table)
            parts.append(table[rows].sum(1))
        mixed = np.zeros((-(-len(words) // BLOCK) * BLOCK, WIDTH * len(parts)), dtype=np.float32)
        mixed[: len(words)] = np.concatenate(parts, axis=1)
        blocks = [_maxout(mixed[i : i + BLOCK], self.network.layers[0]) for i in range(0, len(mixed), BLOCK)]
        return np.concatenate(blocks)[: len(words)]


def codes(words: Sequence[str]) -> NDArray[np.uint64]:
    """The looks of words as numbers: words x looks."""
    import numpy as np

    from kg.extract.nlp import code_of

    return np.array([[code_of(look) for look in looks(w)] for w in words], dtype=np.uint64).reshape(-1, len(TABLES))


def _windows(x: Floats) -> Floats:
    """Each word with its neighbours, zeros beyond the ends."""
    import numpy as np

    width = x.shape[1]
    wide = np.empty((len(x), 3 * width), dtype=np.float32)
    wide[0, :width] = wide[-1, 2 * width :] = 0
    wide[1:, :width] = x[:-1]
    wide[:, width : 2 * width] = x
    wide[:-1, 2 * width :] = x[1:]
    return wide


def _maxout(x: Floats, layer: tuple[Floats, Floats, Floats, Floats]) -> Floats:
    """The best of the pieces of each output, normalised over the outputs."""
    import numpy as np

    weights, shift, scale, middle = layer
    pieces = x @ weights
    pieces += shift
    y = np.maximum(pieces[:, :WIDTH], pieces[:, WIDTH : 2 * WIDTH])
    np.maximum(y, pieces[:, 2 * WIDTH :], out=y)
    y -= np.add.reduce(y, axis=1, keepdims=True) / WIDTH
    y /= np.sqrt(np.einsum("ij,ij->i", y, y) / WIDTH + 1e-8)[:, None]
    y *= scale
    y += middle
    found: Floats = y
    return found


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities over the last axis."""
    import numpy as np

    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return found


@lru_cache(maxsize=1)
def load() -> Tagger:
    """The shipped network, or that of the user's model, read once."""
    return Tagger(network_of(weights.chosen(PLACE)))


def network_of(path: Path) -> Network:
    """The network of a file, whose arrays are in half precision."""
    import numpy as np

    with np.load(path) as file:
        arrays: Mapping[str, Any] = {name: file[name] for name in file.files}

    def wide(name: str) -> Floats:
        found: Floats = np.ascontiguousarray(arrays[name], dtype=np.float32)
        return found

    return Network(
        tuple(wide(f"table.{look}") for look in TABLES),
        tuple(int(s) for s in arrays["seeds"]),
        tuple(
            (wide(f"layer{n}.weights"), wide(f"layer{n}.shift"), wide(f"layer{n}.scale"), wide(f"layer{n}.middle"))
            for n in range(DEPTH + 1)
        ),
        (wide("head.weights"), wide("head.shift")),
    )
