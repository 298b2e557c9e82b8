"""The teacher: a pretrained transformer that learns all of the annotation at once, and then reads for the students.

It is too large and slow to ship (110 million weights; about one abstract per second on two cores) and is needed only to
make the shipped weights again. One encoder reads title and abstract together; on top of it stand linear heads for the
tokens (BIO), the sentences (claim type and hedge), the entities (role) and pairs of entities (relation). The encoder
is given by the user as a folder in Hugging Face's layout; the shipped weights come from ``all-mpnet-base-v2``
(Apache-2.0). It reads lower case only, so the case of each word is added to the input as an embedding that starts as 0.

    python -m kg.train.teacher ENCODER -o TEACHER.pt --gold TEXTS GOLD [--spans SPANS] [--noted CORPUS]... [--seed N]

``--noted`` adds the abstracts of a corpus whose names (``names.jsonl.gz``) or claims (``claims.tsv``) the project has
annotated; of such an abstract only the heads learn whose answers are known.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from kg.model import ENTITY_TYPES, ROLES, Paper
from kg.train import claims, notes
from kg.train.samples import CLAIMS, LABELS, RELATIONS, Sample, Thing, label_sentences, read, samples, unlabelled

LONGEST = 510  # pieces of words that the encoder can read
CASES = 6
# Weight of each head in the sum of the losses.
SHARES = {"tokens": 4.0, "claims": 0.3, "hedges": 0.1, "roles": 0.3, "pairs": 0.4}


def case_of(word: str) -> int:
    """The look of a word, which the encoder does not see.

    >>> [case_of(w) for w in ("word", "Word", "WORD", "WoRD", "w2", "(")]
    [1, 2, 3, 4, 5, 0]
    """
    if not any(c.isalnum() for c in word):
        return 0
    if any(c.isdigit() for c in word):
        return 5
    if word.islower():
        return 1
    if word.isupper() and len(word) > 1:
        return 3
    return 2 if word[1:].islower() or len(word) == 1 else 4


class Teacher(nn.Module):  # type: ignore[misc]
    """The encoder and its heads."""

    def __init__(self, encoder: str, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.encoder = AutoModel.from_pretrained(encoder, add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        self.case = nn.Embedding(CASES, size)
        nn.init.zeros_(self.case.weight)
        self.drop = nn.Dropout(0.1)
        self.tokens = nn.Linear(size, len(LABELS))
        self.claims = nn.Sequential(
            nn.Linear(2 * size + 2, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, len(CLAIMS) + 1)
        )
        kinds = len(ENTITY_TYPES)
        self.roles = nn.Sequential(
            nn.Linear(3 * size + kinds, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, len(ROLES))
        )
        self.ends = nn.Linear(2 * size + kinds, 256)
        self.tails = nn.Linear(2 * size + kinds, 256)
        self.pairs = nn.Sequential(
            nn.Linear(256 * 3 + 3, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, len(RELATIONS))
        )

    def words(
        self, ids: torch.Tensor, mask: torch.Tensor, cases: torch.Tensor, firsts: list[list[int]]
    ) -> list[torch.Tensor]:
        """The vector of each word of each text of a batch."""
        inputs = self.encoder.get_input_embeddings()(ids) + self.case(cases)
        hidden = self.encoder(inputs_embeds=inputs, attention_mask=mask).last_hidden_state.float()
        return [hidden[i, torch.tensor(first)] for i, first in enumerate(firsts)]

    def of_claims(self, vectors: torch.Tensor, sample: Sample) -> torch.Tensor:
        """Scores of the claim types of each sentence, and of its being hedged in the last column."""
        found = []
        spans = [(s, e) for s, e, *_ in sample.sentences if s < len(vectors)]
        for i, (s, e) in enumerate(spans):
            part = vectors[s:e]
            where = torch.tensor([i / max(1, len(spans) - 1), 1.0 / len(spans)])
            found.append(torch.cat([part.mean(0), part.max(0).values, where]))
        return self.claims(self.drop(torch.stack(found)))

    def _thing(self, vectors: torch.Tensor, thing: Thing) -> torch.Tensor:
        places = [(s, e) for s, e in thing.places if e <= len(vectors)]
        kind = torch.zeros(len(ENTITY_TYPES))
        kind[thing.kind] = 1
        if not places:
            return torch.cat([torch.zeros(2 * vectors.shape[1]), kind])
        each = torch.stack([vectors[s:e].mean(0) for s, e in places])
        return torch.cat([each.mean(0), each.max(0).values, kind])

    def of_things(
        self, vectors: torch.Tensor, sample: Sample
    ) -> tuple[torch.Tensor, torch.Tensor, list[tuple[int, int]]]:
        """Scores of the roles of each entity and of the relations of each possible pair, and those pairs."""
        things = self.drop(torch.stack([self._thing(vectors, t) for t in sample.things]))
        paper = vectors.mean(0).expand(len(things), -1)
        roles = self.roles(torch.cat([things, paper], 1))
        heads, tails = self.ends(things), self.tails(things)
        where = possible(sample)
        if not where:
            return roles, torch.zeros(0, len(RELATIONS)), where
        h, t = torch.tensor([a for a, _ in where]), torch.tensor([b for _, b in where])
        near = torch.tensor([nearness(sample, sample.things[a], sample.things[b]) for a, b in where])
        x = torch.cat([nn.functional.gelu(heads[h]), nn.functional.gelu(tails[t]), heads[h] * tails[t], near], 1)
        return roles, self.pairs(x), where


def possible(sample: Sample) -> list[tuple[int, int]]:
    """The pairs that may have a relation: a Method and anything but a Metric."""
    metric = ENTITY_TYPES.index("Metric")
    return [
        (a, b)
        for a, x in enumerate(sample.things)
        for b, y in enumerate(sample.things)
        if a != b and x.kind == 0 and y.kind != metric
    ]


def nearness(sample: Sample, a: Thing, b: Thing) -> list[float]:
    """Whether two entities share a sentence, the share of their sentences that is common, and how near they come."""
    starts = [s for s, *_ in sample.sentences]

    def homes(thing: Thing) -> set[int]:
        return {sum(s <= p for s in starts) for p, _ in thing.places}

    both = homes(a) & homes(b)
    gap = min((abs(p - q) for p, _ in a.places for q, _ in b.places), default=500)
    return [float(bool(both)), len(both) / max(1, len(homes(a) | homes(b))), 1 / (1 + gap / 5)]


class Coder:
    """Words to pieces."""

    def __init__(self, encoder: str) -> None:
        self.tokenizer = Tokenizer.from_file(str(Path(encoder) / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def __call__(self, batch: Sequence[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[list[int]]]:
        """Pieces, which of them are there, the looks of their words, and the first piece of each word."""
        rows, looks, firsts = [], [], []
        for sample in batch:
            coded = self.tokenizer.encode(sample.words, is_pretokenized=True)
            ids, owners = coded.ids[: LONGEST + 1], coded.word_ids[: LONGEST + 1]
            first: dict[int, int] = {}
            look = [0] * len(ids)
            for i, owner in enumerate(owners):
                if owner is not None:
                    first.setdefault(owner, i)
                    look[i] = case_of(sample.words[owner])
            count = max(first, default=-1) + 1
            rows.append(ids)
            looks.append(look)
            firsts.append([first.get(w, 0) for w in range(count)])
        width = max(map(len, rows))
        pad = torch.zeros(len(rows), width, dtype=torch.long)
        ids, cases, mask = pad.clone() + 1, pad.clone(), pad.clone()
        for i, (row, look) in enumerate(zip(rows, looks, strict=True)):
            ids[i, : len(row)] = torch.tensor(row)
            cases[i, : len(row)] = torch.tensor(look)
            mask[i, : len(row)] = 1
        return ids, mask, cases, firsts


def loss_of(model: Teacher, coder: Coder, batch: Sequence[Sample]) -> torch.Tensor:
    """The sum of the losses of what is annotated."""
    total = torch.zeros(())
    cross = nn.functional.cross_entropy
    for vectors, sample in zip(model.words(*coder(batch)), batch, strict=True):
        if sample.labels:
            labels = torch.tensor(sample.labels[: len(vectors)])
            total = total + SHARES["tokens"] * cross(model.tokens(model.drop(vectors)), labels)
        sentences = [s for s in sample.sentences if s[0] < len(vectors)]
        if sentences:
            scores = model.of_claims(vectors, sample)
            total = total + SHARES["claims"] * cross(scores[:, :-1], torch.tensor([s[2] for s in sentences]))
            known = [i for i, s in enumerate(sentences) if s[3] is not None]
            hedged = torch.tensor([float(bool(sentences[i][3])) for i in known])
            if known:
                doubt = nn.functional.binary_cross_entropy_with_logits(scores[known, -1], hedged)
                total = total + SHARES["hedges"] * doubt
        if not sample.things:
            continue
        roles, pairs, where = model.of_things(vectors, sample)
        total = total + SHARES["roles"] * cross(roles, torch.tensor([t.role for t in sample.things]))
        if where:
            wanted = torch.tensor([sample.pairs.get(p, 0) for p in where])
            total = total + SHARES["pairs"] * cross(pairs, wanted)
    return total / len(batch)


def groups_of(model: Teacher, rate: float, fade: float) -> list[dict[str, Any]]:
    """Parameters with their learning rates: lower layers of the encoder learn more slowly or not, the heads faster."""
    layers = model.encoder.config.num_hidden_layers
    still = ("encoder.embeddings.", *(f"encoder.encoder.layer.{n}." for n in range(layers // 4)))
    found = []
    for name, weight in model.named_parameters():
        if name.startswith(still):
            weight.requires_grad = False
            continue
        if not name.startswith("encoder."):
            scale = 20.0 if not name.startswith("case") else 10.0
        elif ".layer." in name:
            scale = fade ** (layers - 1 - int(name.split(".layer.")[1].split(".")[0]))
        else:
            scale = fade**layers if "embeddings" in name else 1.0
        found.append({"params": [weight], "lr": rate * scale, "weight_decay": 0.01 if weight.ndim > 1 else 0.0})
    return found


def learn(
    model: Teacher,
    coder: Coder,
    data: list[Sample],
    *,
    epochs: int,
    rate: float,
    seed: int,
    size: int = 4,
    fade: float = 0.95,
) -> None:
    """Train on the samples; the same seed gives the same weights on the same machine."""
    order = random.Random(seed)
    groups = groups_of(model, rate, fade)
    optimiser = torch.optim.AdamW(groups)
    steps = epochs * math.ceil(len(data) / size)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    model.train()
    for epoch in range(epochs):
        begun, total = time.time(), 0.0
        mixed = order.sample(data, len(data))
        for i in range(0, len(mixed), size):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = loss_of(model, coder, mixed[i : i + size])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(
            f"epoch {epoch}: loss {total / math.ceil(len(data) / size):.3f}, {time.time() - begun:.0f} s",
            file=sys.stderr,
            flush=True,
        )


def spans_as_samples(path: str) -> list[Sample]:
    """Abstracts with character spans alone (text, entities with start, end and label) as samples."""
    found = []
    for record in read(path):
        title, _, text = record["text"].partition("\n")
        sample = unlabelled(Paper(record["id"], title, text))
        sample.labels = [0] * len(sample.words)
        shift = len(title) + 1
        starts = {(s + (shift if f == "text" else 0)): i for i, (f, s, _) in enumerate(sample.places)}
        ends = {(e + (shift if f == "text" else 0)): i + 1 for i, (f, _, e) in enumerate(sample.places)}
        for entity in record["entities"]:
            start, end, kind = entity["start"], entity["end"], ENTITY_TYPES.index(entity["label"])
            if start in starts and end in ends:
                a, b = starts[start], ends[end]
                sample.labels[a] = 1 + 2 * kind
                sample.labels[a + 1 : b] = [2 + 2 * kind] * (b - a - 1)
        found.append(sample)
    return found


def noted_samples(corpora: Iterable[Path]) -> list[Sample]:
    """The abstracts that the project has annotated, each with the heads' answers that are known of it."""
    corpora = list(corpora)
    found: dict[str, Sample] = {}
    for text, note in notes.noted(corpora, notes.NAMES):
        [sample] = samples([text], {text["id"]: note})
        sample.sentences = []
        found[sample.id] = sample
    for marked in claims.labelled(corpora):
        fresh = unlabelled(marked.document.paper)
        unsure = set(marked.record.get("unsure", ()))
        label_sentences(fresh, marked.record["claims"])
        sample = found.setdefault(fresh.id, fresh)
        sample.sentences = [(*s[:3], None) for i, s in enumerate(fresh.sentences) if i not in unsure]
    return list(found.values())


def main() -> None:
    """Read the arguments and learn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder")
    parser.add_argument("-o", "--out", required=True)
    parser.add_argument("--gold", nargs=2, action="append", required=True)
    parser.add_argument("--spans", action="append", default=[])
    parser.add_argument("--noted", type=Path, action="append", default=[])
    parser.add_argument("--start", default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--first-epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=5e-5)
    o = parser.parse_args()
    model, coder = Teacher(o.encoder, o.seed), Coder(o.encoder)
    if o.start:
        model.load_state_dict(torch.load(o.start, weights_only=True))
    if o.spans:
        learn(
            model,
            coder,
            [s for p in o.spans for s in spans_as_samples(p)],
            epochs=o.first_epochs,
            rate=o.rate,
            seed=o.seed,
        )
        nn.init.normal_(model.tokens.weight, std=0.02)
        nn.init.zeros_(model.tokens.bias)
        torch.save(model.state_dict(), o.out + ".first")
    if o.epochs:
        gold = []
        for texts, annotations in o.gold:
            gold += list(samples(read(texts), {r["id"]: r for r in read(annotations)}))
        gold += noted_samples(o.noted)
        learn(model, coder, gold, epochs=o.epochs, rate=o.rate, seed=o.seed)
        torch.save(model.state_dict(), o.out)


if __name__ == "__main__":
    main()
