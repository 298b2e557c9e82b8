"""How good an extraction is against annotated papers: precision, recall and F1 of everything that is extracted.

The figures are micro-averaged over the papers:

    mentions         exact span and type                      mentions_any    overlapping span, type ignored
    entities         same type and a surface in common,       entities_merged Dataset and Benchmark as one type
                     paired one to one within a paper         roles           the entity and its role
    claims           half of the sentence in common           claims_typed    with its type
    results_value    number and unit, within a paper          results         with kind, metric and dataset
    relations        head, type and tail, by paired entities
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import UsageError

Record = Mapping[str, Any]
FIGURES = (
    "mentions",
    "mentions_any",
    "entities",
    "entities_merged",
    "roles",
    "claims",
    "claims_typed",
    "results_value",
    "results",
    "relations",
)
SLOTS = ("metric", "method", "dataset", "comparator")
_DATA = {"Dataset", "Benchmark"}
_EMPTY: dict[str, Any] = {"entities": [], "claims": [], "relations": []}


@dataclass(slots=True)
class Tally:
    """Counts of right, extra and missed items, and the figures that follow from them."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, right: int, predicted: int, gold: int) -> None:
        """Count one paper: how many were right, of how many predicted and annotated ones."""
        self.right += right
        self.extra += predicted - right
        self.missed += gold - right

    @property
    def gold(self) -> int:
        """How many items are annotated."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of the predicted that is right; 0 where nothing is predicted."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 0.0

    @property
    def recall(self) -> float:
        """The share of the annotated that is found; 0 where nothing is annotated."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> round(Tally(right=1, extra=1, missed=0).f1, 3)
        0.667
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something predicted but not annotated (``extra``), the reverse (``missed``), or a wrong label on the right thing.

    ``kind`` says what: ``entity/Task``, ``role/used``, ``claim/result``, ``result``, ``relation/based_on``.
    """

    paper: str
    fault: str
    kind: str
    what: str


@dataclass(slots=True)
class Evaluation:
    """All figures by name, by entity, claim and relation type, by rule (precision alone counts), and the mistakes.

    ``slots`` counts metric, method, dataset and comparator of the results whose number is right.
    """

    figures: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIGURES})
    entity_types: dict[str, Tally] = field(default_factory=dict)
    claim_types: dict[str, Tally] = field(default_factory=dict)
    relation_types: dict[str, Tally] = field(default_factory=dict)
    slots: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def commonest(self, count: int = 20) -> list[tuple[str, str, int]]:
        """The commonest kinds of mistake: fault, kind, how often."""
        kinds = Counter((m.fault, m.kind) for m in self.mistakes)
        return [(f, k, n) for (f, k), n in sorted(kinds.items(), key=lambda i: (-i[1], i[0]))[:count]]


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file with one JSON object per line: texts, annotations or extractions, empty lines left out.

    UsageError names file and line of what is no object with an ``id``.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict) or "id" not in record:
            raise UsageError(f"{path}:{number}: found {line[:40]!r}; give one JSON object with an id per line")
        found.append(record)
    return found


def evaluate(texts: Iterable[Record], gold: Iterable[Record], predicted: Iterable[Record]) -> Evaluation:
    """The figures of predicted extractions against annotated ones, paired by ``id``.

    Texts have ``id``, ``title`` and ``text`` (or ``abstract``); the others are extraction records. A paper without a
    prediction counts as an empty one; a prediction without an annotation is left out. KeyError names an annotated
    paper that has no text.

    >>> text = {"id": "1", "title": None, "text": "We propose KITE."}
    >>> record = {"id": "1", "entities": [], "claims": [{"sentence": "We propose KITE.", "type": "contribution"}],
    ...           "relations": []}
    >>> evaluate([text], [record], [record]).figures["claims_typed"].f1
    1.0
    """
    by_id = {t["id"]: t for t in texts}
    said = {p["id"]: p for p in predicted}
    found = Evaluation()
    for record in gold:
        if record["id"] not in by_id:
            raise KeyError(f"the annotated paper {record['id']!r} has no text; give the texts that were annotated")
        _paper(found, by_id[record["id"]], record, said.get(record["id"], _EMPTY))
    return found


def _paper(found: Evaluation, text: Record, gold: Record, said: Record) -> None:
    strict = _pairs(gold["entities"], said["entities"], lambda a, b: a == b)
    merged = _pairs(gold["entities"], said["entities"], lambda a, b: a == b or {a, b} <= _DATA)
    _mentions(found, text, gold, said)
    _entities(found, gold, said, strict, merged)
    _claims(found, text, gold, said)
    canon = _canon(gold, said, merged)
    _results(found, gold, said, canon)
    _relations(found, gold, said, canon)


def _tally(table: dict[str, Tally], key: str) -> Tally:
    return table.setdefault(key, Tally())


def _mentions(found: Evaluation, text: Record, gold: Record, said: Record) -> None:
    g, p = _mention_set(text, gold), _mention_set(text, said)
    found.figures["mentions"].add(len(g & p), len(p), len(g))

    def touch(a: tuple[str, int, int, str], others: set[tuple[str, int, int, str]]) -> bool:
        return any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for b in others)

    overlap = found.figures["mentions_any"]
    hits, covered = sum(touch(a, g) for a in p), sum(touch(a, p) for a in g)
    overlap.right += covered
    overlap.missed += len(g) - covered
    overlap.extra += len(p) - hits


def _mention_set(text: Record, record: Record) -> set[tuple[str, int, int, str]]:
    entities = record["entities"]
    if entities and all("mentions" in e for e in entities):
        return {(m.get("field", "text"), m["start"], m["end"], e["type"]) for e in entities for m in e["mentions"]}
    fields = {"title": text.get("title") or "", "text": _abstract(text)}
    return {span for name, words in fields.items() for span in _occurrences(words, entities, name)}


def _abstract(text: Record) -> str:
    return str(text["text"] if "text" in text else text["abstract"])


def _occurrences(text: str, entities: list[Record], name: str) -> set[tuple[str, int, int, str]]:
    """Where the surfaces stand, longest first, none inside another."""
    taken = [False] * len(text)
    found = set()
    order = sorted(((s, e["type"]) for e in entities for s in set(e["surfaces"])), key=lambda p: (-len(p[0]), p[0]))
    for surface, kind in order:
        for m in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * (m.end() - m.start())
                found.add((name, m.start(), m.end(), kind))
    return found


def normal(name: str) -> str:
    """A name without case, hyphens, articles and plural endings, as names are compared.

    >>> normal("The Multi-Head Attentions")
    'multi head attention'
    """
    words = re.sub(r"[\s\-–—_/]+", " ", name.casefold()).strip(" .,;:'\"()")
    words = re.sub(r"^(the|a|an) ", "", words)
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words.split())


def _names(entity: Record) -> set[str]:
    return {normal(s) for s in [*entity.get("surfaces", []), entity["name"]]}


def _pairs(gold: list[Record], said: list[Record], same: Callable[[str, str], bool]) -> dict[int, int]:
    """Annotated entity -> predicted entity, one to one, those with most names in common first."""
    g, p = [_names(e) for e in gold], [_names(e) for e in said]
    close = sorted(
        (-len(a & b), i, j)
        for i, a in enumerate(g)
        for j, b in enumerate(p)
        if a & b and same(gold[i]["type"], said[j]["type"])
    )
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in close:
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def _entities(found: Evaluation, gold: Record, said: Record, strict: dict[int, int], merged: dict[int, int]) -> None:
    g, p = gold["entities"], said["entities"]
    found.figures["entities"].add(len(strict), len(p), len(g))
    found.figures["entities_merged"].add(len(merged), len(p), len(g))
    for kind in sorted({e["type"] for e in [*g, *p]}):
        right = sum(g[i]["type"] == kind for i in strict)
        _tally(found.entity_types, kind).add(
            right, sum(e["type"] == kind for e in p), sum(e["type"] == kind for e in g)
        )
    right_roles = sum(g[i]["role"] == p[j].get("role") for i, j in strict.items())
    found.figures["roles"].add(right_roles, len(p), len(g))
    back = {j: i for i, j in strict.items()}
    for j, entity in enumerate(p):
        role_right = j in back and g[back[j]]["role"] == entity.get("role")
        _by_rule(found, entity, right=j in back, role_right=role_right)
        if j not in back:
            found.mistakes.append(Mistake(gold["id"], "extra", f"entity/{entity['type']}", entity["name"]))
        elif not role_right:
            kind = f"role/{g[back[j]]['role']}->{entity.get('role')}"
            found.mistakes.append(Mistake(gold["id"], "wrong", kind, entity["name"]))
    for i, entity in enumerate(g):
        if i not in strict:
            found.mistakes.append(Mistake(gold["id"], "missed", f"entity/{entity['type']}", entity["name"]))


def _by_rule(found: Evaluation, item: Record, *, right: bool, role_right: bool = False) -> None:
    """Count an item for each of its rules; those of an entity that begin with "role." answer for its role."""
    for rule in item.get("rules", ()):
        ok = role_right if rule.startswith("role.") else right
        _tally(found.rules, rule).add(int(ok), 1, int(ok))


def _span(text: str, claim: Record) -> tuple[int, int]:
    if "start" in claim:
        return claim["start"], claim["end"]
    start = text.find(claim["sentence"])
    return (start, start + len(claim["sentence"])) if start >= 0 else (-1, -1)


def _claims(found: Evaluation, text: Record, gold: Record, said: Record) -> None:
    words = _abstract(text)
    g, p = gold["claims"], said["claims"]
    matched = _claim_pairs([_span(words, c) for c in g], [_span(words, c) for c in p])
    typed = {i: j for i, j in matched.items() if g[i]["type"] == p[j]["type"]}
    found.figures["claims"].add(len(matched), len(p), len(g))
    found.figures["claims_typed"].add(len(typed), len(p), len(g))
    for kind in sorted({c["type"] for c in [*g, *p]}):
        right = sum(g[i]["type"] == kind for i in typed)
        _tally(found.claim_types, kind).add(right, sum(c["type"] == kind for c in p), sum(c["type"] == kind for c in g))
    back = {j: i for i, j in matched.items()}
    for j, claim in enumerate(p):
        _by_rule(found, claim, right=back.get(j) in typed)
        shown = str(claim.get("sentence") or words[slice(*_span(words, claim))])[:90]
        if j not in back:
            found.mistakes.append(Mistake(gold["id"], "extra", f"claim/{claim['type']}", shown))
        elif back[j] not in typed:
            kind = f"claim/{g[back[j]]['type']}->{claim['type']}"
            found.mistakes.append(Mistake(gold["id"], "wrong", kind, shown))
    for i, claim in enumerate(g):
        if i not in matched:
            found.mistakes.append(Mistake(gold["id"], "missed", f"claim/{claim['type']}", claim["sentence"][:90]))


def _claim_pairs(gold: list[tuple[int, int]], said: list[tuple[int, int]]) -> dict[int, int]:
    """Annotated claim -> the first unused predicted one that shares half of the longer sentence."""
    found: dict[int, int] = {}
    for i, (s, e) in enumerate(gold):
        for j, (s2, e2) in enumerate(said):
            if j not in found.values() and min(e, e2) - max(s, s2) >= 0.5 * max(e - s, e2 - s2):
                found[i] = j
                break
    return found


def _canon(gold: Record, said: Record, merged: dict[int, int]) -> dict[str, int]:
    """Every name of an annotated entity, and of the predicted one paired with it, -> the annotated entity."""
    canon = {n: i for i, e in enumerate(gold["entities"]) for n in _names(e)}
    for i, j in merged.items():
        for name in _names(said["entities"][j]):
            canon.setdefault(name, i)
    return canon


def _refer(canon: dict[str, int], name: str | None) -> int | str | None:
    return canon.get(normal(name), normal(name)) if name else None


def _number(value: object) -> str:
    text = str(value).replace(",", "").replace("−", "-").lstrip("+~≈").strip()
    try:
        return f"{abs(float(text)):g}"
    except ValueError:
        return text.casefold()


def _unit(unit: str | None) -> str:
    text = (unit or "").strip().casefold().replace("×", "x").replace("percent", "%")
    text = text.replace("times", "x").replace("fold", "x")
    return text if text in ("%", "x") else re.sub(r"[^a-z%]", "", text).rstrip("s")


def _results(found: Evaluation, gold: Record, said: Record, canon: dict[str, int]) -> None:
    def value(r: Record) -> tuple[object, ...]:
        return _number(r["value"]), _unit(r.get("unit"))

    def full(r: Record) -> tuple[object, ...]:
        return (*value(r), r.get("kind"), _refer(canon, r.get("metric")), _refer(canon, r.get("dataset")))

    g = [r for c in gold["claims"] for r in c.get("results", [])]
    p = [r for c in said["claims"] for r in c.get("results", [])]
    for name, key in (("results_value", value), ("results", full)):
        a, b = Counter(map(key, g)), Counter(map(key, p))
        found.figures[name].add((a & b).total(), len(p), len(g))
    left: dict[tuple[object, ...], list[Record]] = {}
    for r in g:
        left.setdefault(value(r), []).append(r)
    for r in p:
        pair = left[value(r)].pop(0) if left.get(value(r)) else None
        _slots(found, r, pair, canon)
        if pair is None:
            found.mistakes.append(Mistake(gold["id"], "extra", "result", f"{r['value']} {r.get('unit') or ''}".strip()))
    missed = sorted((v for v, these in left.items() for _ in these), key=str)
    found.mistakes += [Mistake(gold["id"], "missed", "result", " ".join(map(str, v)).strip()) for v in missed]


def _slots(found: Evaluation, said: Record, gold: Record | None, canon: dict[str, int]) -> None:
    """Count the slots of a result whose number is right, and its rules: that of a slot answers for the slot alone."""
    same = {s: _refer(canon, gold.get(s)) == _refer(canon, said.get(s)) for s in SLOTS} if gold else {}
    for slot, right in same.items():
        filled, annotated = said.get(slot) is not None, gold is not None and gold.get(slot) is not None
        _tally(found.slots, slot).add(int(right and filled), int(filled), int(annotated))
    for rule in said.get("rules", ()):
        slot = rule.split(".", 1)[0]
        if slot not in SLOTS:
            _tally(found.rules, rule).add(int(gold is not None), 1, int(gold is not None))
        elif gold:
            _tally(found.rules, rule).add(int(same[slot]), 1, int(same[slot]))


def _relations(found: Evaluation, gold: Record, said: Record, canon: dict[str, int]) -> None:
    def edge(r: Record) -> tuple[object, str, object]:
        return _refer(canon, r["head"]), r["type"], _refer(canon, r["tail"])

    a, b = {edge(r): r for r in gold["relations"]}, {edge(r): r for r in said["relations"]}
    found.figures["relations"].add(len(a.keys() & b.keys()), len(b), len(a))
    for kind in sorted({k[1] for k in [*a, *b]}):
        right = sum(k[1] == kind for k in a.keys() & b.keys())
        _tally(found.relation_types, kind).add(right, sum(k[1] == kind for k in b), sum(k[1] == kind for k in a))
    for r in said["relations"]:
        _by_rule(found, r, right=edge(r) in a)
    for fault, these, others in (("extra", b, a), ("missed", a, b)):
        for key, r in these.items():
            if key not in others:
                what = f"{r['head']} {r['type']} {r['tail']}"
                found.mistakes.append(Mistake(gold["id"], fault, f"relation/{r['type']}", what))
