"""Whose a number is, and against whom: method and comparator of a result, by named strategies, the surest first.

They propose, as those of :mod:`kg.extract.slots` do for the other two slots.
"""

from __future__ import annotations

import re

from kg.extract.scene import Scene
from kg.extract.slots import Strategy
from kg.extract.subjects import Named, is_own

_AGAINST = re.compile(
    r"\b(?:than|over|compared (?:to|with)|versus|vs\.?|against|relative to|outperform(?:s|ed|ing)?|surpass(?:es|ed"
    r"|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|ahead of|better than|superior to|in comparison (?:to|with)"
    r"|comparison with|above|(?<=within \S{4} )of|of (?=oracle))\b",
    re.IGNORECASE,
)
_RIVALS = (
    r"(?:methods?|models?|baselines?|approach(?:es)?|systems?|counterparts?|techniques|competitors?|variants?"
    r"|algorithms?|prior best|previous best|state[- ]of[- ]the[- ]art|sota|works?|entry|entries|experts?|humans?"
    r"|reviewers|ensembles?|implementations?|networks?|detectors?)"
)
_DESCRIBED = rf"(?:(?!and\b|or\b|by\b|with\b|on\b|in\b|which\b|that\b)[\w-]{{1,24}}\s){{0,4}}?{_RIVALS}"
_RIVAL_WORDS = re.compile(
    r"\b(?:than|over|compared (?:to|with)|versus|relative to|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    rf"|exceed(?:s|ed|ing)?|beat(?:s|ing)?)\s(?:the |all |an? |other |their |its )?(?P<rival>{_DESCRIBED})\b",
    re.IGNORECASE,
)
_PAREN_RIVAL = re.compile(
    rf"\b(?:the|a|an)\s(?P<rival>{_DESCRIBED})\s(?:\(|(?:at|with|of|reaching|achieving)\s(?:only\s)?)\W{{0,2}}$",
    re.IGNORECASE,
)
# The owner named behind a number, as in "26.2% for the second-best entry" and "the 57% win rate of PPO".
_OWNER = re.compile(
    r"[\s)]{0,2}(?:[\w@.-]{1,16}\s){0,3}?(?P<word>for|of|by|with|from|in)\s(?:the\s|an?\s|both\s)?", re.IGNORECASE
)
_OWNER_WORDS = re.compile(rf"(?P<rival>{_DESCRIBED}|human (?:evaluators|reviews|performance))\b", re.IGNORECASE)
_LEVEL_OF_OTHER = re.compile(
    r"\b(?:compared (?:to|with)|versus|vs\.?|comparable (?:to|with)"
    r"|(?:above|below|exceed(?:ing|s|ed)?|surpass(?:ing|es|ed)?|than)(?=\sthe\s))\s"
    r"(?:(?:the|a|an|only|about|just|approximately|at most|around|roughly|over|earlier|reported|best|previous|prior"
    r"|result|of|human-level|human|performance|baseline)\s){0,6}[~≈$]{0,2}$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:achiev|reach|obtain|attain|scor|yield|deliver|perform|run|get|outperform|surpass|improv|reduc|increas|produc"
    r"|boost|rais|cut|lower|sav|requir|need|drop|rise|exhibit|record|perform|show|retain|maintain|gain|us)"
    r"(?:e?s|ed|e|ing)?\b"
    r"|\b(?:is|are|was|were|has|have|had|gets|got|lose|loses|wins?|won|beats?|rose|fell)\b",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"^\W{0,3}(?:(?:and|but|while|whereas|where|although|though|which|however|yet|notably|specifically|even though)\b"
    r"\W{0,2}){0,2}(?:(?:on|in|for|with|using|by|at|when|after|compared|unlike|across|under|trained|given|over|without"
    r"|based|to|evaluated|from|through|during)\b[^,;]{0,160},\s)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"^\W{0,3}(?:which|that)\b", re.IGNORECASE)
_HUMAN = re.compile(r"\s?(?:the\s)?(?:reported\s|average\s|expert\s)?(?P<who>humans?|human \w{3,12})\b", re.IGNORECASE)
_OTHER_SUBJECT = re.compile(
    r"\s?(?:the|a|an)\s(?P<rival>(?:[\w-]{1,24}\s){0,2}?(?:second-best|next best|runner-up|strongest|best|previous"
    r"|prior|simple|existing|external)\s(?:[\w-]{1,24}\s){0,2}?" + _RIVALS + r")\s",
    re.IGNORECASE,
)


def method_paren(scene: Scene, index: int) -> str | None:
    """The number stands in parentheses behind it ("GPT-5 (77.8%)", "the best single model (75%)")."""
    start = scene.kept[index].start
    for n in scene.of_types("Method"):
        if n.end <= start and re.fullmatch(r"\s?\(\W{0,2}", scene.words[n.end : start]):
            return n.entity.name
    match = _PAREN_RIVAL.search(scene.words[max(0, start - 80) : start])
    return match["rival"] if match else None


def method_owner(scene: Scene, index: int) -> str | None:
    """Behind it with "for" or "of" ("26.2% for the second-best entry", "the 57% win rate of PPO")."""
    if scene.kinds[index] == "change":
        return None
    value, stop = scene.kept[index], scene.stop(index)
    match = _OWNER.match(scene.words, value.stop)
    other = is_of_other(scene, index)
    if not match or match.end() >= stop:
        return None
    named = [n for n in scene.of_types("Method") if match.end() <= n.start <= match.end() + 36 and n.start < stop]
    if named and (other or (named[0].start - match.end() <= 3 and match["word"].casefold() in ("for", "of"))):
        return named[0].entity.name
    if named and not other and named[0].start - match.end() > 3:
        return None
    described = _OWNER_WORDS.match(scene.words, match.end())
    return described["rival"] if described and other else None


def is_of_other(scene: Scene, index: int) -> bool:
    """Whether a number is the level that another one is compared with ("compared to 26.2%")."""
    start = scene.kept[index].start
    return bool(_LEVEL_OF_OTHER.search(scene.words[max(0, start - 90) : start]))


def method_human(scene: Scene, index: int) -> str | None:
    """People, as the subject of the number's clause ("human performance is 86.8%")."""
    start = scene.clause(index)[0]
    begin = start + _fronted(scene, start, scene.kept[index].start)
    if is_of_other(scene, index) and re.search(r"\bhuman", scene.words[begin : scene.kept[index].start]):
        return "human"
    match = _HUMAN.match(scene.words, begin)
    return "human" if match else None


def method_other(scene: Scene, index: int) -> str | None:
    """A rival that is described, as the subject ("where the second-best entry reaches 46%")."""
    start = scene.clause(index)[0]
    begin = start + _fronted(scene, start, scene.kept[index].start)
    match = _OTHER_SUBJECT.match(scene.words, begin)
    if not match:
        return None
    first, last = match.span("rival")
    return None if any(n.start < last and first < n.end for n in scene.of_types("Method")) else match["rival"]


def method_unnamed(scene: Scene, index: int) -> str | None:
    """A level that another one is compared with, whose owner is not named: nobody's."""
    return "" if is_of_other(scene, index) and scene.kinds[index] == "absolute" else None


def method_relative(scene: Scene, index: int) -> str | None:
    """What "which has" stands behind."""
    start = scene.clause(index)[0]
    if not _RELATIVE.match(scene.words[start : start + 12]):
        return None
    before = [n for n in scene.of_types("Method") if n.end <= start + 2]
    return before[-1].entity.name if before and start - before[-1].end <= 30 else None


def method_subject(scene: Scene, index: int) -> str | None:
    """The subject of the number's clause."""
    return _subject(scene, scene.clause(index)[0], scene.kept[index].start)


def method_subject_sentence(scene: Scene, index: int) -> str | None:
    """The subject of the sentence."""
    return _subject(scene, 0, scene.kept[index].start)


def _fronted(scene: Scene, start: int, end: int) -> int:
    match = _FRONTED.match(scene.words[start:end])
    return match.end() if match else 0


def _subject(scene: Scene, start: int, end: int) -> str | None:
    begin = start + _fronted(scene, start, end)
    verb = next((m for m in _VERB.finditer(scene.words, begin, end) if not _inside(scene, m.start())), None)
    if not verb:
        return None
    named = [n for n in scene.of_types("Method") if begin <= n.start and n.end <= verb.start()]
    if start and re.fullmatch(r"\s?(?:it|they)\s(?:\w{1,12}\s)?", scene.words[begin : verb.start()], re.IGNORECASE):
        return _subject(scene, 0, start)
    if named:
        return _main(named).entity.name
    own = scene.context.own
    said = scene.words[begin : verb.start()]
    if own and (is_own(said) or re.search(r"\b(?:we|our)\b", said, re.IGNORECASE)):
        return own.name
    return None


def _main(named: list[Named]) -> Named:
    """The first of a subject, unless the paper's own stands there too."""
    return next((n for n in named if n.entity.role == "proposed"), named[0])


def _inside(scene: Scene, place: int) -> bool:
    return any(n.start <= place < n.end for n in scene.named)


def method_proposed(scene: Scene, index: int) -> str | None:
    """The last of the paper's own that the sentence names before the number."""
    earlier = [n for n in _candidates(scene) if n.end <= scene.kept[index].start and n.entity.role == "proposed"]
    return earlier[-1].entity.name if earlier else None


def method_meant(scene: Scene, _: int) -> str | None:
    """The paper's own method, where the sentence says "our", "we" or "it"."""
    own = scene.context.own
    speaks = is_own(scene.words) or re.search(r"\bwe\b|\bour\b", scene.words, re.IGNORECASE)
    return own.name if own and speaks else None


def method_earlier(scene: Scene, index: int) -> str | None:
    """The first that the sentence names, those behind "than" and "over" left out."""
    others = _candidates(scene)
    earlier = [n for n in others if n.end <= scene.kept[index].start]
    return (earlier or others)[0].entity.name if others else None


def method_own(scene: Scene, _: int) -> str | None:
    """The paper's own method, where the sentence names none."""
    return scene.context.own.name if scene.context.own else None


def _compared(scene: Scene) -> list[Named]:
    """Methods that stand behind a word of comparison."""
    against = [m.end() for m in _AGAINST.finditer(scene.words)]
    return [
        n
        for n in scene.of_types("Method")
        if any(0 <= n.start - a <= 40 and "," not in scene.words[a : n.start] for a in against)
    ]


def _candidates(scene: Scene) -> list[Named]:
    compared = _compared(scene)
    return [n for n in scene.of_types("Method") if n not in compared]


def comparator_other(scene: Scene, index: int) -> str | None:
    """None for the number of another, or in a row of rivals."""
    if is_of_other(scene, index) and scene.kinds[index] == "absolute":
        return ""
    return "" if method_paren(scene, index) else None


def comparator_behind(scene: Scene, index: int) -> str | None:
    """Behind the number and a word of comparison, before the next number ("3% over BERT")."""
    value, stop = scene.kept[index], scene.stop(index)
    near = [n for n in _compared(scene) if value.stop <= n.start < stop]
    match = _RIVAL_WORDS.search(scene.words, value.stop, stop)
    if near and (not match or near[0].start < match.end()):
        return near[0].entity.name
    return match["rival"] if match else None


def comparator_clause(scene: Scene, index: int) -> str | None:
    """In the number's clause ("outperforms BERT by 3%")."""
    start, end = scene.clause(index)
    near = [n for n in _compared(scene) if start <= n.start < end]
    if near:
        return near[0].entity.name
    found = list(_RIVAL_WORDS.finditer(scene.words, start, end))
    return found[-1]["rival"] if found else None


def comparator_level(scene: Scene, index: int) -> str | None:
    """None for a level: what the sentence compares it with is most often another statement."""
    return "" if scene.kinds[index] == "absolute" else None


METHOD: tuple[Strategy, ...] = (
    method_paren,
    method_owner,
    method_human,
    method_other,
    method_unnamed,
    method_relative,
    method_subject,
    method_proposed,
    method_meant,
    method_subject_sentence,
    method_earlier,
    method_own,
)
COMPARATOR: tuple[Strategy, ...] = (
    comparator_other,
    comparator_behind,
    comparator_level,
    comparator_clause,
)
