"""Papers for the laws: abstracts of sentences that say something, and texts that say nothing or worse."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.ids import paper_key
from kg.model import Paper, PaperIds

METHODS = ("AlphaNet", "BetaFormer", "graph neural network (GNN)", "GNN", "Gamma-2", "Gamma-2B")
DATA = ("ImageNet", "MS COCO", "MS-COCO", "QuizBench", "the Zeta dataset")
METRICS = ("accuracy", "F1", "BLEU", "mAP")
TASKS = ("image classification", "object detection", "machine translation")
_SENTENCES = (
    "We propose {m}, a new model for {t}.",
    "We introduce {d}, a benchmark for {t}.",
    "{m} achieves {n}% {k} on {d}, outperforming {o} by {x} points.",
    "On {d}, {m} reaches {n} {k}, while {o} reaches {x}.",
    "However, existing methods such as {o} may fail on {t}.",
    "We prove that {m} converges.",
    "{m} builds on {o} and is trained on {d}.",
    "{m} does not outperform {o} on {d}.",
    "Code is available at https://example.org/{n}.",
    'Inference is {x}x faster than {o} ("fast" <b>&amp;</b> \\ok).',
)

numbers = st.decimals(min_value=1, max_value=99, places=1).map(str)
sentences = st.builds(
    lambda form, m, o, d, k, t, n, x: form.format(m=m, o=o, d=d, k=k, t=t, n=n, x=x),
    st.sampled_from(_SENTENCES),
    st.sampled_from(METHODS),
    st.sampled_from(METHODS),
    st.sampled_from(DATA),
    st.sampled_from(METRICS),
    st.sampled_from(TASKS),
    numbers,
    numbers,
)
# Anything that UTF-8 can hold: control characters, right-to-left marks, other alphabets, signs of every syntax.
anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120)
abstracts = st.one_of(st.lists(sentences, min_size=1, max_size=5).map(" ".join), anything).filter(
    lambda text: bool(text.strip())
)
titles = st.one_of(st.none(), anything, st.sampled_from(METHODS).map(lambda m: f"{m}: a method"))
ids = st.one_of(
    st.just(PaperIds()),
    st.integers(0, 9).map(lambda i: PaperIds(arxiv=f"2401.0000{i}")),
    st.integers(0, 9).map(lambda i: PaperIds(doi=f"10.1234/a<b>{i}")),
)


def _paper(title: str | None, abstract: str, date: str | None, known: PaperIds) -> Paper:
    bare = Paper("", title, abstract, date=date, ids=known)
    return Paper(paper_key(bare), title, abstract, date=date, ids=known)


papers = st.builds(_paper, titles, abstracts, st.sampled_from((None, "2023", "2024-02-29", "2024-13")), ids)
corpora = st.lists(papers, min_size=1, max_size=6)
