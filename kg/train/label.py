"""Let the teacher read abstracts: what it says of every word, and records as the annotation guide describes them.

    python -m kg.train.label ENCODER TEACHER.pt... -o FOLDER [--count N] [--skip N] [--without TEXTS]... CORPUS...

FOLDER gets ``papers.jsonl`` (id, title, text), ``words.npz`` (the probability of each label for each word of the papers
in that order) and ``records.jsonl`` (entities with roles, claims, relations, each with its probabilities).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kg.extract import candidates, entities
from kg.extract.scoring import Scored
from kg.model import ENTITY_TYPES, ROLES, Entity, Paper
from kg.train.samples import CLAIMS, RELATIONS, Sample, Thing, beginning, paper_of, range_of, read, unlabelled
from kg.train.teacher import Coder, Teacher

# An entity of the teacher is kept from this chance on; a pair's relation is listed from this one.
SURE = 0.5
LISTED = 0.05
_DATA_WORDS = ("dataset", "benchmark", "corpus", "leaderboard", "challenge", "state-of-the-art", "%")


def chosen(paths: Iterable[str], count: int, without: Iterable[str]) -> list[Paper]:
    """``count`` papers of the files, two thirds of them with words of data and numbers; each file gives its share."""
    known = {beginning(r["text"]) for path in without for r in read(path)}
    pools: list[list[Paper]] = []
    for path in paths:
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as lines:
            found = [Paper(r["id"], r.get("title"), r["abstract"]) for r in map(json.loads, lines)]
        kept = [p for p in found if beginning(p.abstract) not in known and 60 < len(p.abstract.split()) < 330]
        marked = [p for p in kept if sum(w in p.abstract.lower() for w in _DATA_WORDS) >= 2]
        others = [p for p in kept if sum(w in p.abstract.lower() for w in _DATA_WORDS) < 2]
        mixed = []
        while marked or others:
            mixed += marked[:2]
            mixed += others[:1]
            del marked[:2], others[:1]
        pools.append(mixed)
    share = -(-count // len(pools))
    return [p for i in range(share) for pool in pools if i < len(pool) for p in [pool[i]]][:count]


def words_of(
    models: Sequence[Teacher], coder: Coder, batch: Sequence[Sample]
) -> list[tuple[np.ndarray[Any, Any], list[torch.Tensor]]]:
    """For each sample the mean chances of the labels, and the vectors of each model."""
    per_model = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        coded = coder(batch)
        per_model = [model.words(*coded) for model in models]
    found = []
    for i, sample in enumerate(batch):
        vectors = [v[i].float() for v in per_model]
        mean = torch.stack([m.tokens(v).softmax(-1) for m, v in zip(models, vectors, strict=True)]).mean(0)
        full = np.zeros((len(sample.words), mean.shape[1]), dtype=np.float32)
        full[:, 0] = 1
        full[: len(mean)] = mean.detach().numpy()
        found.append((full, vectors))
    return found


def entities_of(sample: Sample, chances: np.ndarray[Any, Any]) -> tuple[Entity, ...]:
    """The entities that the chances of the words speak for, grouped and located as the extractor does."""
    cut = sum(f == "title" for f, *_ in sample.places)
    found = candidates.find(sample.document, (chances[:cut], chances[cut:]))
    scored = []
    for c in found.values():
        best = max(c.said, key=sum)
        mean = [sum(col) / len(c.said) for col in zip(*c.said, strict=True)]
        both = tuple(0.5 * (a + b) for a, b in zip(best, mean, strict=True))
        if sum(both) > 0.1:
            scored.append(Scored(c, both, ()))
    groups = entities.group(scored, candidates.pairs(sample.document))
    kept = entities.resolve(g for g in groups if g.chance >= SURE)
    return tuple(entities.located(sample.document, kept))


def record_of(
    models: Sequence[Teacher], sample: Sample, found: tuple[Entity, ...], vectors: list[torch.Tensor]
) -> dict[str, Any]:
    """What the teacher says of a paper, in the form of an annotation with chances."""
    sample.things = [_thing(sample, e) for e in found]
    with torch.no_grad():
        record: dict[str, Any] = {"id": sample.id, "entities": [], "relations": [], "pairs": []}
        record |= _sentences(models, sample, vectors)
        if found:
            record |= _things(models, sample, found, vectors)
    return record


def _thing(sample: Sample, entity: Entity) -> Thing:
    spans = [s for m in entity.mentions if (s := range_of(sample, m.field, m.start, m.end))]
    return Thing(entity.name, ENTITY_TYPES.index(entity.type), 0, tuple(spans))


def _sentences(models: Sequence[Teacher], sample: Sample, vectors: list[torch.Tensor]) -> dict[str, Any]:
    """The chances of the claim types of every sentence (``none`` first), and the claims that are likeliest."""
    if not any(s[0] < len(vectors[0]) for s in sample.sentences):
        return {"sentences": [], "claims": []}
    scores = [m.of_claims(v, sample) for m, v in zip(models, vectors, strict=True)]
    types = torch.stack([s[:, :-1].softmax(-1) for s in scores]).mean(0).tolist()
    hedges = torch.stack([s[:, -1].sigmoid() for s in scores]).mean(0).tolist()
    sentences = [s for s in sample.document.sentences if s.field == "text"][: len(types)]
    rows, claims = [], []
    for s, chances, hedge in zip(sentences, types, hedges, strict=True):
        place = {"start": s.start, "end": s.end}
        rows.append(place | {"chances": _short(chances), "hedge": round(hedge, 3)})
        if best := _best(chances):
            said = {"sentence": sample.document.words_of(s), "type": CLAIMS[best], "hedged": hedge > 0.5}
            claims.append(said | place | {"subject": None, "chance": round(chances[best], 3), "results": []})
    return {"sentences": rows, "claims": claims}


def _things(
    models: Sequence[Teacher], sample: Sample, found: tuple[Entity, ...], vectors: list[torch.Tensor]
) -> dict[str, Any]:
    """The entities with the chances of their roles, and the relations; ``pairs`` are those with any chance."""
    said = [m.of_things(v, sample) for m, v in zip(models, vectors, strict=True)]
    roles = torch.stack([s[0].softmax(-1) for s in said]).mean(0).tolist()
    types = torch.stack([s[1].softmax(-1) for s in said]).mean(0).tolist()
    entities = [
        {"name": e.name, "type": e.type, "role": ROLES[_best(chances)], "surfaces": list(e.surfaces)}
        | {"chance": e.confidence, "roles": _short(chances)}
        for e, chances in zip(found, roles, strict=True)
    ]
    relations, pairs = [], []
    for (a, b), chances in zip(said[0][2], types, strict=True):
        edge = {"head": found[a].name, "tail": found[b].name}
        if best := _best(chances):
            relations.append(edge | {"type": RELATIONS[best], "chance": round(chances[best], 3)})
        if chances[0] < 1 - LISTED:
            pairs.append(edge | {"chances": _short(chances)})
    return {"entities": entities, "relations": relations, "pairs": pairs}


def _best(chances: Sequence[float]) -> int:
    return max(range(len(chances)), key=chances.__getitem__)


def _short(chances: Iterable[float]) -> list[float]:
    return [round(c, 3) for c in chances]


def label(
    models: Sequence[Teacher], coder: Coder, papers: Sequence[Paper], size: int = 16
) -> Iterator[tuple[Paper, np.ndarray[Any, Any], dict[str, Any]]]:
    """Each paper with the chances of its words and its record; papers of like length are read together."""
    order = sorted(papers, key=lambda p: len(p.abstract))
    blocks = [order[i : i + size] for i in range(0, len(order), size)]
    for number in sorted(range(len(blocks)), key=lambda n: (n * 7919) % len(blocks)):
        batch = [unlabelled(p) for p in blocks[number]]
        for paper, sample, (chances, vectors) in zip(
            blocks[number], batch, words_of(models, coder, batch), strict=True
        ):
            yield paper, chances, record_of(models, sample, entities_of(sample, chances), vectors)


def main() -> None:
    """Read the arguments and label."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder")
    parser.add_argument("teachers", nargs="+")
    parser.add_argument("-o", "--out", required=True)
    parser.add_argument("--corpus", action="append", default=[])
    parser.add_argument("--texts", default=None)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--skip", type=int, default=0)
    o = parser.parse_args()
    coder = Coder(o.encoder)
    models = []
    for path in o.teachers:
        model = Teacher(o.encoder)
        model.load_state_dict(torch.load(path, weights_only=True))
        models.append(model.eval())
    papers = [paper_of(r) for r in read(o.texts)] if o.texts else chosen(o.corpus, o.count, o.without)[o.skip :]
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    rows, sizes = [], []
    begun = time.time()
    with (out / "papers.jsonl").open("w") as p, (out / "records.jsonl").open("w") as r:
        for n, (paper, chances, record) in enumerate(label(models, coder, papers), 1):
            p.write(
                json.dumps({"id": paper.id, "title": paper.title, "text": paper.abstract}, ensure_ascii=False) + "\n"
            )
            r.write(json.dumps(record, ensure_ascii=False) + "\n")
            rows.append(chances.astype(np.float16))
            sizes.append(len(chances))
            if n % 200 == 0 or n == len(papers):
                p.flush()
                r.flush()
                np.savez(out / "words.npz", chances=np.concatenate(rows), sizes=np.array(sizes))
                print(f"{n} of {len(papers)}, {time.time() - begun:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
