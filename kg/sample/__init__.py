"""The bundled sample: abstracts about well-known papers, written for kg in its own words, as JSON lines.

Each record names a real paper with its title, first authors, date and address. The abstract is not the paper's own: it
retells the paper's content and figures, so that the sample can be passed on under the licence of kg. Leaderboards
(ImageNet, GLUE, SQuAD, COCO, WMT 2014, MMLU, GSM8K), lineages (Transformer, BERT, RoBERTa ...) and disagreements (does
next sentence prediction help?) come out of it. Twelve of them are annotated, to show how that is done and measured.
"""

from __future__ import annotations

from pathlib import Path


def path() -> Path:
    """The file of the sample, in a wheel as in an editable install.

    >>> path().name
    'papers.jsonl'
    """
    return Path(__file__).with_name("papers.jsonl")


def gold() -> Path:
    """Annotations of twelve of its papers, in the form that ``kg evaluate`` and ``kg train`` read.

    >>> gold().name
    'gold.jsonl'
    """
    return Path(__file__).with_name("gold.jsonl")
