"""What was measured, and on what: the metric and the dataset of a number, by named strategies, the surest first.

A number binds inside its own clause first and falls back to its neighbours. The precision of each strategy is measured
on the training abstracts and stands in ``patterns/results.json``; "" means that a strategy knows that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.extract.scene import Measure, Scene
from kg.extract.subjects import Named

Strategy = Callable[[Scene, int], str | None]

# Words between a number and the measure that it is about ("3% higher accuracy", "0.06 decrease in MAE").
_POINTS_AHEAD = re.compile(
    r"[\s$)]{0,3}(?:(?:absolute|relative|average|mean|percentage|points?|higher|lower|faster|fewer|less|more|better"
    r"|greater|shorter|longer|larger|smaller|improvement|gain|increase|decrease|reduction|drop|boost|loss|rise|decline)"
    r"s?\s){0,3}(?:(?:in|of|on)\s(?:the\s|its\s|their\s)?(?:\w{1,15}\s)?)?"
)
# Words between a measure and its number ("accuracy of about", "latency (ms):").
_POINTS_BACK = re.compile(
    r"[\s:=(~≈><$+)|]{0,4}(?:\([^()]{1,20}\)[\s=:]{0,2})?(?:(?:scores?|values?|rate|of|is|are|was|were|by|to|from"
    r"|reaches|reaching|up|over|about|around|approximately|just|only|at|as|low|high|than|more|less|an|average"
    r"|under|below|above|nearly|exceeding|equal|improves?|increases?|drops?)[\s=(~≈><$+:]{1,4}){0,5}",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:]|,\s(?:while|whereas|but|and (?:outperform|achiev|improv|reduc|surpass))|\bwhile\b|\bwhereas\b"
)
_SPEEDS = re.compile(r"speed|throughput|fps|frame rate|latency|time\b|rate\b", re.IGNORECASE)
_RATE = re.compile(r"FPS|.{1,20}(?: per |/)(?:s|sec|seconds?)\b", re.IGNORECASE)
_TIME = re.compile(r"(?:ms|s|milliseconds?|seconds?|minutes?|hours?)")
_COMPARED = re.compile(
    r"[\s-]{0,2}(?P<word>faster|slower|cheaper|smaller|larger|deeper|(?P<count>fewer|less|more)\s"
    r"(?P<noun>(?!accurate|efficient|effective|likely|than|expensive|robust|powerful|stable|often|in\b|on\b|for\b)"
    r"(?:[\w-]{2,24}\s?){1,3}?))(?=\s(?:than|in|on|for|while|and|with|but|compared|over|at|to|of)\b|[,.;)(]|$)",
    re.IGNORECASE,
)
_MEASURED_BY = {"faster": "speed", "slower": "speed", "cheaper": "cost", "smaller": "size", "larger": "size"}
_MEASURED_BY["deeper"] = "depth"
_LIST = re.compile(r"[^;:]{0,60}")

# Datasets that a sentence only counts ("five public benchmarks") or describes ("a held-out driving dataset").
_COUNTED_DATA = re.compile(
    r"\b(?:on|across|over|in|covering|with|using)\s"
    r"(?P<data>(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})\s"
    r"(?:[\w-]{1,20}\s){0,4}?(?:(?:benchmarks?|datasets?|corpora|data\ssets)(?:\s(?:datasets|scenes|tasks))?|scenes))\b",
    re.IGNORECASE,
)
_DESCRIBED_DATA = re.compile(
    r"\b(?:on|across|over)\s(?:an?|the|our)\s(?P<data>(?!same|proposed|new|resulting|entire|full|whole|test|train|valid|held)"
    r"(?:[\w/-]{2,24}\s){1,4}?(?:dataset|corpus|datasets|corpora))\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:on|in|for|at|across|over|of|the|to|from)\W{0,3}$|\($")
_FRONT = re.compile(
    r"^\W{0,3}(?:and\s|but\s|while\s)?(?:(?:extensive\s|comprehensive\s|empirical\s)?(?:experiments?|results?|evaluations?)\s"
    r"(?:conducted\s)?)?(?:evaluated\s|tested\s|when\s\w+\s)?(?:on|for|in|across|over|using)\s",
    re.IGNORECASE,
)
_WORD = r"[A-Z0-9](?:[\w.+'’&@/-]{0,23}[\w+])?"
# A name that stands where a dataset stands ("on Path-X", "on WMT 2014 English-to-German").
_NAMED_THERE = re.compile(
    rf"^[\s)$]{{0,3}}(?:(?!and\s)[\w@.%-]{{1,24}}\s){{0,4}}?on\s(?:the\s)?(?P<data>{_WORD}(?:\s{_WORD}|\sv\d[\d.]{{0,4}})"
    r"{0,3})(?=[\s,.;:)]|$)"
)
_MORE_NAME = re.compile(rf"(?:\s(?:{_WORD}|v\d[\d.]{{0,4}})){{1,3}}(?![\w-])")
# Between a number and a dataset: the words of the next item of a list.
_NEXT_ITEM = re.compile(r"(?:,|\sand)\s(?:an?\s|the\s)?(?:[\w@-]{1,24}\s){1,3}(?:on|in|for)\s$")
_OF_NEXT = re.compile(r"\s(?:from|by|to|of|is)\s[~$]?\d")
_PAIR = re.compile(r"\s(?:and|&)\s(?:the\s)?$")


def metric_behind(scene: Scene, index: int) -> str | None:
    """Directly behind the number ("63.4% mAP", "3% higher accuracy", "a 0.06 drop in MAE")."""
    value, stop = scene.kept[index], scene.stop(index)
    for m in scene.measures:
        if value.stop <= m.start < stop and m.weight:
            gap = scene.words[value.stop : m.start]
            if len(gap) <= 3 or (_POINTS_AHEAD.fullmatch(gap) and m.weight > 0.5 and m.name != "time"):
                return _full(scene, m)
            return None
    return None


def metric_of(scene: Scene, index: int) -> str | None:
    """Directly before it ("an accuracy of 81%", "FID = 3.2")."""
    begin, start = scene.begin(index), scene.kept[index].start
    nearest = [m for m in scene.measures if m.weight and begin <= m.start and m.end <= start][-1:]
    for m in nearest:
        if start - m.end <= 45 and _POINTS_BACK.fullmatch(scene.words[m.end : start]):
            return _full(scene, m)
    return None


def metric_respectively(scene: Scene, index: int) -> str | None:
    """As many measures as numbers, and "respectively"."""
    own = [m for m in scene.measures if m.weight == 1]
    return own[index].name if len(own) == len(scene.kept) > 1 and "respectively" in scene.words else None


def metric_unit(scene: Scene, index: int) -> str | None:
    """Told by the unit: frames per second measure speed, milliseconds a time."""
    unit = scene.kept[index].unit
    speed, time = _RATE.fullmatch(unit), _TIME.fullmatch(unit)
    if not unit or not (speed or time):
        return None
    start, end = scene.clause(index)
    fitting = [m for m in scene.measures if m.weight and _SPEEDS.search(m.name)]
    near = [m for m in fitting if start <= m.start < end] or fitting
    if near:
        return min(near, key=lambda m: abs(m.start - scene.kept[index].start)).name
    return "speed" if speed else None


def metric_compared(scene: Scene, index: int) -> str | None:
    """Told by the comparison: "3x faster" is about speed, "40% fewer labels" about labels."""
    value = scene.kept[index]
    match = _COMPARED.match(scene.words, value.stop)
    if not match:
        return None
    if match["noun"]:
        return match["noun"].strip()
    named = [m for m in scene.measures if value.stop <= m.start < scene.stop(index) and m.weight > 0.5]
    return _full(scene, named[0]) if named else _MEASURED_BY[match["word"].casefold()]


def metric_clause(scene: Scene, index: int) -> str | None:
    """The likeliest one of the number's clause."""
    start, end = scene.clause(index)
    return _likeliest(scene, index, tuple(m for m in scene.measures if start <= m.start < end))


def metric_sentence(scene: Scene, index: int) -> str | None:
    """The likeliest one of the sentence."""
    return _likeliest(scene, index, scene.measures)


def _likeliest(scene: Scene, index: int, measures: tuple[Measure, ...]) -> str | None:
    place = scene.kept[index].start
    near = [m for m in measures if abs(m.start - place) <= 400]
    scored = [(_metric_score(scene, index, m), -m.start, m) for m in near]
    best = max(scored, default=None, key=lambda s: s[:2])
    return _full(scene, best[2]) if best and best[0] > 0.1 else None


def _metric_score(scene: Scene, index: int, measure: Measure) -> float:
    """How likely a measure is the one of a number: beside it, before it in its clause, or shared by a list."""
    value, words = scene.kept[index], scene.words
    if measure.start >= value.stop:
        gap = words[value.stop : measure.start]
        score = 1.0 if len(gap) <= 3 or _POINTS_AHEAD.fullmatch(gap) else 0.6
    else:
        gap = words[measure.end : value.start]
        score = 0.95 if len(gap) <= 14 else 0.75
        score -= 0.2 if re.match(r"\W{0,3}(?:and|or|,|;)\b|[,;]", gap) else 0
        if re.fullmatch(r".{0,4}(?:\bof|\bfrom|\bby|\bto|=|:|\()\W{0,3}", gap[-12:]):
            score += 0.05
    crossed = sum(
        min(measure.start, value.start) < other.start < max(measure.start, value.start)
        for k, other in enumerate(scene.kept)
        if k != index
    )
    forward = measure.start > value.start
    score -= (0.25 if forward else 0.12) * crossed
    score -= 0.004 * min(len(gap), 150) + (0.2 if _CLAUSE.search(gap) else 0) + (0.1 if forward and "," in gap else 0)
    return score * measure.weight


def _full(scene: Scene, measure: Measure) -> str:
    """The name with the words before it that make it another measure ("top-5" error)."""
    before = re.search(
        r"\b(?:top-\d{1,3}|(?:word|character|phoneme|phone|equal|bit|localization)(?=\serror))\s$",
        scene.words[max(0, measure.start - 24) : measure.start],
        re.IGNORECASE,
    )
    if before and not measure.name.casefold().startswith(before.group().strip().casefold()):
        return before.group() + scene.words[measure.start : measure.end]
    return measure.name


def dataset_paren(scene: Scene, index: int) -> str | None:
    """The number stands in parentheses behind it ("MOSE (64.8)")."""
    start = scene.kept[index].start
    for n in scene.of_types("Dataset", "Benchmark"):
        if n.end <= start <= n.end + 6 and re.fullmatch(r"\s{0,2}\(\W{0,3}", scene.words[n.end : start]):
            return n.entity.name
    return None


def dataset_respectively(scene: Scene, index: int) -> str | None:
    """As many datasets as numbers, and "respectively"."""
    places = scene.of_types("Dataset", "Benchmark")
    return places[index].entity.name if len(places) == len(scene.kept) > 1 and "respectively" in scene.words else None


def dataset_behind(scene: Scene, index: int) -> str | None:
    """Behind the number and a preposition, before the next number ("81% accuracy on MMLU")."""
    value, stop = scene.kept[index], scene.stop(index)
    places = [n for n in scene.of_types("Dataset", "Benchmark") if value.stop <= n.start < stop]
    between = scene.words[value.stop : places[0].start] if places else ""
    if places and _PREPOSITION.search(between[-12:]) and not _NEXT_ITEM.search(between):
        return None if _OF_NEXT.match(scene.words, places[0].end) else _joined(scene, places)
    match = _NAMED_THERE.match(scene.words[value.stop : stop])
    if match and not _is_other(scene, value.stop + match.start("data"), value.stop + match.end("data")):
        return match["data"]
    return None


def _is_other(scene: Scene, start: int, end: int) -> bool:
    """Whether a stretch of text names something that is no dataset; a name of its whole length may be mistaken."""
    touching = [n for n in scene.named if n.start < end and start < n.end]
    return any(n.entity.type == "Method" or (n.start, n.end) != (start, end) for n in touching)


def dataset_before(scene: Scene, index: int) -> str | None:
    """Between the last number and this one ("accuracy on MMLU from 70% to 75%")."""
    begin, start = scene.begin(index), scene.kept[index].start
    places = [n for n in scene.of_types("Dataset", "Benchmark") if begin <= n.start and n.end <= start]
    if places and _PREPOSITION.search(scene.words[begin : places[0].start][-12:]):
        return _joined(scene, places)
    return None


def dataset_front(scene: Scene, index: int) -> str | None:
    """At the beginning of the number's clause ("and on MMLU, KITE reaches 81%")."""
    return _front(scene, scene.clause(index)[0], scene.kept[index].start)


def dataset_front_sentence(scene: Scene, index: int) -> str | None:
    """At the beginning of the sentence ("On MMLU, ...")."""
    return _front(scene, 0, scene.kept[index].start)


def _front(scene: Scene, start: int, end: int) -> str | None:
    match = _FRONT.match(scene.words[start:end].lstrip(", "))
    if not match:
        return None
    offset = start + len(scene.words[start:end]) - len(scene.words[start:end].lstrip(", ")) + match.end()
    comma = min((p for p in (scene.words.find(", ", offset), end) if p >= 0), default=end)
    places = [n for n in scene.of_types("Dataset", "Benchmark") if offset <= n.start < end]
    if places and places[0].start <= max(comma, offset + 40):
        return _joined(scene, places)
    return None


def _joined(scene: Scene, places: list[Named]) -> str:
    """The name of the first; of a pair both, as the text joins them, and nothing of a longer list."""
    run = [places[0]]
    for n in places[1:]:
        if len(scene.words[run[-1].end : n.start]) <= 12 and re.fullmatch(
            r",?\s?(?:and|&)?\s?(?:the\s)?", scene.words[run[-1].end : n.start]
        ):
            run.append(n)
        else:
            break
    if len(run) > 2:
        return ""
    if len(run) == 2 and _PAIR.fullmatch(scene.words[run[0].end : run[1].start]):
        return scene.words[run[0].start : run[1].end]
    more = _MORE_NAME.match(scene.words, places[0].end)
    following = min((n.start for n in scene.named if n.start >= places[0].end), default=len(scene.words))
    if more and more.end() <= following:
        return scene.words[places[0].start : more.end()]
    return places[0].entity.name


def dataset_earlier(scene: Scene, index: int) -> str | None:
    """The last one before the number, else the first behind it in its clause."""
    places, value = scene.of_types("Dataset", "Benchmark"), scene.kept[index]
    earlier = [n for n in places if n.end <= value.start]
    if earlier:
        return earlier[-1].entity.name if value.start - earlier[-1].end < 200 else ""
    return None


def dataset_later(scene: Scene, index: int) -> str | None:
    """The first one that the rest of the sentence names."""
    later = [n for n in scene.of_types("Dataset", "Benchmark") if n.start >= scene.kept[index].stop]
    return later[0].entity.name if later else None


def dataset_counted(scene: Scene, index: int) -> str | None:
    """Datasets that are counted or described and not named: those behind a number, else the last before it."""
    named = scene.of_types("Dataset", "Benchmark")
    found = list(_COUNTED_DATA.finditer(scene.words)) or list(_DESCRIBED_DATA.finditer(scene.words))
    found = [m for m in found if not any(n.start < m.end() and m.start() < n.end for n in named)]
    behind = [m for m in found if scene.kept[index].stop <= m.start() < scene.stop(index)]
    nearest = behind or [m for m in found if m.start() < scene.kept[index].start][-1:] or found
    return nearest[0]["data"] if nearest else None


def dataset_around(scene: Scene, index: int) -> str | None:
    """The only dataset that the abstract reports on, where a neighbour of the sentence names it."""
    context, sentence, value = scene.context, scene.sentence, scene.kept[index]
    own = ("evaluated_on", "proposed")
    data = [e for e in context.entities if e.type in ("Dataset", "Benchmark") and e.role in own]
    if len(data) != 1 or _RATE.fullmatch(value.unit) or _TIME.fullmatch(value.unit):
        return None
    near = [s for s in context.document.sentences if s.field == "text" and -3 <= s.index - sentence.index <= 1]
    places = [m.start for m in data[0].mentions if m.field == "text"]
    return data[0].name if any(s.start <= p < s.end for s in near for p in places) else None


METRIC: tuple[Strategy, ...] = (
    metric_respectively,
    metric_behind,
    metric_of,
    metric_unit,
    metric_compared,
    metric_clause,
    metric_sentence,
)
DATASET: tuple[Strategy, ...] = (
    dataset_paren,
    dataset_respectively,
    dataset_behind,
    dataset_front,
    dataset_before,
    dataset_counted,
    dataset_front_sentence,
    dataset_earlier,
    dataset_later,
    dataset_around,
)


def answers(strategies: tuple[Strategy, ...], scene: Scene, index: int) -> dict[str, str | None]:
    """What each strategy says, by its id."""
    return {s.__name__.replace("_", ".", 1): s(scene, index) for s in strategies}
