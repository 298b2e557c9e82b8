"""Counting: one annotated paper after another against what was predicted for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kg.evaluate.evaluation import Evaluation
from kg.evaluate.same import (
    Record,
    abstract_of,
    canon_of,
    mentions_of,
    number,
    pair_claims,
    pair_entities,
    refer,
    span_of,
    unit,
)
from kg.evaluate.tally import SLOTS, Item, Judged, Mistake, Tally

_DATA = {"Dataset", "Benchmark"}
_EMPTY: dict[str, Any] = {"entities": [], "claims": [], "relations": []}


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
    strict = pair_entities(gold["entities"], said["entities"], lambda a, b: a == b)
    merged = pair_entities(gold["entities"], said["entities"], lambda a, b: a == b or {a, b} <= _DATA)
    _mentions(found, text, gold, said)
    _entities(found, gold, said, strict, merged)
    _claims(found, text, gold, said)
    canon = canon_of(gold, said, merged)
    _results(found, gold, said, canon)
    _relations(found, gold, said, canon)


def _tally(table: dict[str, Tally], key: str) -> Tally:
    return table.setdefault(key, Tally())


def _mentions(found: Evaluation, text: Record, gold: Record, said: Record) -> None:
    g, p = mentions_of(text, gold), mentions_of(text, said)
    found.figures["mentions"].add(len(g & p), len(p), len(g))

    def touch(a: tuple[str, int, int, str], others: set[tuple[str, int, int, str]]) -> bool:
        return any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for b in others)

    overlap = found.figures["mentions_any"]
    hits, covered = sum(touch(a, g) for a in p), sum(touch(a, p) for a in g)
    overlap.right += covered
    overlap.missed += len(g) - covered
    overlap.extra += len(p) - hits


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
        _judge(found, "entity", entity["type"], entity, right=j in back)
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


def _judge(found: Evaluation, item: Item, kind: str, record: Record, *, right: bool) -> None:
    found.judged.append(Judged(item, kind, float(record.get("confidence", 1.0)), right))


def _claims(found: Evaluation, text: Record, gold: Record, said: Record) -> None:
    words = abstract_of(text)
    g, p = gold["claims"], said["claims"]
    matched = pair_claims([span_of(words, c) for c in g], [span_of(words, c) for c in p])
    typed = {i: j for i, j in matched.items() if g[i]["type"] == p[j]["type"]}
    found.figures["claims"].add(len(matched), len(p), len(g))
    found.figures["claims_typed"].add(len(typed), len(p), len(g))
    for kind in sorted({c["type"] for c in [*g, *p]}):
        right = sum(g[i]["type"] == kind for i in typed)
        _tally(found.claim_types, kind).add(right, sum(c["type"] == kind for c in p), sum(c["type"] == kind for c in g))
    back = {j: i for i, j in matched.items()}
    for j, claim in enumerate(p):
        _by_rule(found, claim, right=back.get(j) in typed)
        _judge(found, "claim", claim["type"], claim, right=back.get(j) in typed)
        shown = str(claim.get("sentence") or words[slice(*span_of(words, claim))])[:90]
        if j not in back:
            found.mistakes.append(Mistake(gold["id"], "extra", f"claim/{claim['type']}", shown))
        elif back[j] not in typed:
            kind = f"claim/{g[back[j]]['type']}->{claim['type']}"
            found.mistakes.append(Mistake(gold["id"], "wrong", kind, shown))
    for i, claim in enumerate(g):
        if i not in matched:
            found.mistakes.append(Mistake(gold["id"], "missed", f"claim/{claim['type']}", claim["sentence"][:90]))


def _results(found: Evaluation, gold: Record, said: Record, canon: dict[str, int]) -> None:
    def value(r: Record) -> tuple[object, ...]:
        return number(r["value"]), unit(r.get("unit"))

    def full(r: Record) -> tuple[object, ...]:
        return (*value(r), r.get("kind"), refer(canon, r.get("metric")), refer(canon, r.get("dataset")))

    g = [r for c in gold["claims"] for r in c.get("results", [])]
    p = [r for c in said["claims"] for r in c.get("results", [])]
    for name, key in (("results_value", value), ("results", full)):
        a, b = Counter(map(key, g)), Counter(map(key, p))
        found.figures[name].add((a & b).total(), len(p), len(g))
    wanted = Counter(map(full, g))
    for r in p:
        _judge(found, "result", r.get("kind") or "absolute", r, right=wanted[full(r)] > 0)
        wanted[full(r)] -= 1
    left: dict[tuple[object, ...], list[Record]] = {}
    for r in g:
        left.setdefault(value(r), []).append(r)
    for r in p:
        pair = left[value(r)].pop(0) if left.get(value(r)) else None
        _slots(found, r, pair, canon)
        _wrong_result(found, gold["id"], r, pair, canon)
    missed = sorted((v for v, these in left.items() for _ in these), key=str)
    found.mistakes += [Mistake(gold["id"], "missed", "result", " ".join(map(str, v)).strip()) for v in missed]


def _wrong_result(found: Evaluation, paper: str, said: Record, gold: Record | None, canon: dict[str, int]) -> None:
    """Note a number that is none, or that has another kind, metric, method, dataset or comparator."""
    shown = f"{said['value']} {said.get('unit') or ''}".strip()
    if gold is None:
        found.mistakes.append(Mistake(paper, "extra", "result", shown))
        return
    for slot in ("kind", *SLOTS):
        a, b = gold.get(slot), said.get(slot)
        same = a == b if slot == "kind" else refer(canon, a) == refer(canon, b)
        if not same:
            found.mistakes.append(
                Mistake(paper, "wrong", f"result/{slot}", f"{shown}: {b or 'none'}, not {a or 'none'}")
            )


def _slots(found: Evaluation, said: Record, gold: Record | None, canon: dict[str, int]) -> None:
    """Count the slots of a result whose number is right, and its rules: that of a slot answers for the slot alone."""
    same = {s: refer(canon, gold.get(s)) == refer(canon, said.get(s)) for s in SLOTS} if gold else {}
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
        return refer(canon, r["head"]), r["type"], refer(canon, r["tail"])

    a, b = {edge(r): r for r in gold["relations"]}, {edge(r): r for r in said["relations"]}
    found.figures["relations"].add(len(a.keys() & b.keys()), len(b), len(a))
    for kind in sorted({k[1] for k in [*a, *b]}):
        right = sum(k[1] == kind for k in a.keys() & b.keys())
        _tally(found.relation_types, kind).add(right, sum(k[1] == kind for k in b), sum(k[1] == kind for k in a))
    for r in said["relations"]:
        _by_rule(found, r, right=edge(r) in a)
        _judge(found, "relation", r["type"], r, right=edge(r) in a)
    for fault, these, others in (("extra", b, a), ("missed", a, b)):
        for key, r in these.items():
            if key not in others:
                what = f"{r['head']} {r['type']} {r['tail']}"
                found.mistakes.append(Mistake(gold["id"], fault, f"relation/{r['type']}", what))
