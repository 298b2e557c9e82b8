"""``kg.evaluation``: extraction measured against annotated papers, in one call."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from kg import sample as bundled
from kg.config import Config
from kg.engine.local import Local
from kg.errors import UsageError
from kg.evaluate import Evaluation, check, evaluate, read
from kg.model import Paper
from kg.records import extraction_to_record
from kg.run import Progress, extracted

Place = str | PathLike[str]


def evaluation(
    gold: Place | None = None,
    *,
    texts: Place | None = None,
    predicted: Place | None = None,
    sample: bool = False,
    config: Config | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """How good extraction is against annotations: figures, mistakes by kind, and what confidences are worth.

    ``gold`` holds annotations and ``texts`` the papers that they annotate, both as JSON lines; ``sample`` stands for
    the annotated papers of the bundled sample. What is measured is what ``kg extract`` wrote into ``predicted``, else
    what is read out of the annotated papers now. ``str`` of the outcome is the report of ``kg evaluate``.

    Raises:
        UsageError: an annotation cannot be used; file and line are named.

    >>> import kg
    >>> 0 < kg.evaluation(sample=True).figures["entities"].f1 < 1
    True
    """
    if sample == (gold is not None) or (gold is None) != (texts is None):
        raise UsageError("give gold and texts, or sample=True")
    papers, wanted = check([Path(texts or bundled.path())], [Path(gold or bundled.gold())])
    if predicted is not None:
        return evaluate(papers, wanted, read(Path(predicted)))
    by_id = {record["id"]: record for record in papers}
    annotated = (by_id[record["id"]] for record in wanted)
    items = [Paper(r["id"], r.get("title"), r["text"] if "text" in r else r["abstract"]) for r in annotated]
    pairs = extracted(items, config=config or Config(), engine=Local(jobs), progress=progress)
    return evaluate(papers, wanted, [extraction_to_record(extraction, paper) for paper, extraction in pairs])
