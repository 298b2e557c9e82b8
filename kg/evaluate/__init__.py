"""How good an extraction is against annotated papers: precision, recall and F1 of everything that is extracted.

The figures are micro-averaged over the papers:

    mentions         exact span and type                      mentions_any    overlapping span, type ignored
    entities         same type and a surface in common,       entities_merged Dataset and Benchmark as one type
                     paired one to one within a paper         roles           the entity and its role
    claims           half of the sentence in common           claims_typed    with its type
    results_value    number and unit, within a paper          results         with kind, metric and dataset
    relations        head, type and tail, by paired entities

Beside them stand the figures by type, of the slots of results and of each rule, what the confidences are worth
(:mod:`kg.evaluate.reliability`), and the mistakes by kind.
"""

from kg.evaluate.evaluation import Evaluation
from kg.evaluate.files import check, read
from kg.evaluate.reliability import Bin, Reliability, reliability, sweep
from kg.evaluate.report import lines, to_record
from kg.evaluate.score import evaluate
from kg.evaluate.tally import FIGURES, ITEMS, SLOTS, Judged, Mistake, Tally

__all__ = [
    "FIGURES",
    "ITEMS",
    "SLOTS",
    "Bin",
    "Evaluation",
    "Judged",
    "Mistake",
    "Reliability",
    "Tally",
    "check",
    "evaluate",
    "lines",
    "read",
    "reliability",
    "sweep",
    "to_record",
]
