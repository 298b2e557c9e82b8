"""What a newcomer to the page meets: search that forgives, filters that act, lines that differ, a view that stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.ids import BASE
from kg.view import page as make_page
from kg.view.data import Claim, Edge, Evidence, Node, PageGraph, Ref, Result
from tests.browser.conftest import Open, Opened
from tests.view.graphs import made_up

pytestmark = pytest.mark.browser

GRAPH = made_up(400, 60)
BACKGROUND = {"light": "#ffffff", "dark": "#12161d"}


def node(type_: str, name: str, label: str) -> Node:
    assert type_ in {"Method", "Paper"}
    return Node(f"{BASE}{type_.lower()}/{name}", "Paper" if type_ == "Paper" else "Method", label, year=2019)


PAPER = node("Paper", "p1", "A paper alone")
SWIFT, HERON, SWALLOW = (
    node("Method", "a", "Swift R-CNN"),
    node("Method", "b", "Heron"),
    node("Method", "c", "Swallow_Net"),
)
BEATS = Edge(
    f"{BASE}statement/1",
    SWIFT.id,
    HERON.id,
    "outperforms",
    0.8,
    1,
    (Evidence("Swift R-CNN does better than Heron.", PAPER.id, ("rule.one", "rule.two")),),
)
SMALL = PageGraph(
    (PAPER, SWIFT, HERON, SWALLOW, node("Method", "d", "Very Swift R-CNN")),
    (BEATS,),
    (
        Result(
            "r:1", "71", PAPER.id, "71 it is.", Ref("Swift R-CNN", SWIFT.id), Ref("Dune"), Ref("F1"), confidence=0.9
        ),
        Result("r:2", "69", PAPER.id, "69 it is.", Ref("Heron", HERON.id), Ref("Dune"), Ref("F1"), confidence=0.5),
    ),
    (Claim(f"{BASE}claim/1", "finding", "It is fast.", PAPER.id, (SWIFT.id,), confidence=0.9, rules=("claim.one",)),),
)


@pytest.fixture
def small(show: Open, tmp_path: Path) -> Opened:
    path = tmp_path / "small.html"
    path.write_text(make_page(SMALL), encoding="utf-8")
    return show(path=path)


def names(opened: Opened) -> list[str]:
    return opened.page.locator("#search-list [role=option] .name").all_inner_texts()


@pytest.mark.parametrize(
    "text", ["Swift RCNN", "swift_r_cnn", "SWIFTRCNN", "swift-r-cnn", "Swift R-CNN", "Świft R\u2011CNN"]
)
def test_search_folds_hyphens_spaces_case_and_underscores_on_both_sides(small: Opened, text: str) -> None:
    small.search(text)
    assert names(small) == ["Swift R-CNN", "Very Swift R-CNN"]
    small.page.keyboard.press("Enter")
    assert small.page.inner_text("#panel h2.name") == "Swift R-CNN"
    small.clean()


def test_a_folded_beginning_of_a_later_word_is_found(small: Opened) -> None:
    small.search("rcnn")
    assert names(small) == ["Swift R-CNN", "Very Swift R-CNN"]
    small.page.fill("#search", "swallow net")
    assert names(small) == ["Swallow_Net"]


def test_what_matches_nothing_says_so_and_names_the_nearest(small: Opened) -> None:
    said = small.page.locator("#search-said")
    assert said.get_attribute("aria-live") == "polite"
    small.search("Heronn")
    assert said.inner_text() == "No match for “Heronn”. Nearest names:"
    assert names(small) == ["Heron"]
    small.page.keyboard.press("Enter")
    assert small.page.locator("#panel h2.name").count() == 0
    small.page.keyboard.press("ArrowDown")
    small.page.keyboard.press("Enter")
    assert small.page.inner_text("#panel h2.name") == "Heron"
    small.page.fill("#search", "zzqqkk")
    assert said.is_visible()
    assert said.inner_text() == "No match for “zzqqkk”"
    small.page.keyboard.press("Escape")
    assert said.inner_text() == ""
    small.page.fill("#path-to", "zzqqkk")
    assert "No match" in small.page.inner_text("#panel .path [role=status]")
    small.clean()


def test_only_filters_that_act_are_shown(show: Open) -> None:
    opened = show()
    for tab, shown in (("boards", True), ("claims", True), ("conflicts", False), ("graph", True)):
        opened.page.click(f"#tab-{tab}")
        assert opened.page.is_visible("#years-section") == shown, tab
        assert opened.page.is_visible("#belief") == shown, tab
        for own in ("#legend", "#relations", "#save-png"):
            assert opened.page.is_visible(own) == (tab == "graph"), (tab, own)
    opened.clean()


def test_years_and_confidence_act_on_claims_and_leaderboards(show: Open, small: Opened) -> None:
    opened = show()
    year = {n.id: n.year for n in GRAPH.nodes}
    opened.page.click("#tab-claims")
    opened.page.fill("#year-to", "2016")
    opened.page.keyboard.press("Tab")
    early = sum((year[c.paper] or 0) <= 2016 for c in GRAPH.claims)
    assert 0 < early < len(GRAPH.claims)
    assert opened.page.inner_text("#view-claims .bar [role=status]") == f"{early} of {len(GRAPH.claims)}"
    opened.page.click("#tab-boards")
    rows = opened.page.locator("#view-boards tbody tr")
    assert 0 < rows.count() == sum((year[r.paper] or 0) <= 2016 for r in GRAPH.results)
    opened.page.click("#reset")
    assert rows.count() == len(GRAPH.results)
    small.page.click("#tab-boards")
    assert small.page.locator("#view-boards tbody tr").count() == 2
    small.page.fill("#belief", "60")
    assert small.page.locator("#view-boards tbody tr").count() == 1
    opened.clean()


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_relation_has_a_colour_and_a_dash_of_its_own(show: Open, scheme: str) -> None:
    opened = show(scheme=scheme)
    lines = opened.page.locator("#relations line")
    drawn = lines.evaluate_all("all => all.map(l => [l.getAttribute('stroke'), l.getAttribute('stroke-dasharray')])")
    assert len(drawn) >= 3
    assert len({color for color, _ in drawn}) == len({dash for _, dash in drawn}) == len(drawn)
    ground = luminance(BACKGROUND[scheme])
    for color, _ in drawn:
        high, low = sorted((luminance(color), ground), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, color
    opened.clean()


def test_one_is_not_plural_and_rules_are_folded(small: Opened) -> None:
    assert re.search(r"\b1 paper\b", small.page.inner_text("#panel .facts"))
    assert not re.search(r"\b1 (?:papers|relations|results|claims)\b", small.page.inner_text("#panel"))
    small.search("Heron")
    small.page.keyboard.press("Enter")
    small.page.click("#panel .group .item")
    assert "rule.one" not in small.page.inner_text("#panel")
    small.page.click("#panel .evidence summary")
    assert "rule.one, rule.two" in small.page.inner_text("#panel .evidence")
    small.clean()


# The picture is read from a copy: the browser complains of a canvas that is read more than once.
PICTURE = """((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height);
})(document.querySelector('#canvas canvas'))"""


def keep_picture(opened: Opened) -> None:
    opened.page.mouse.move(1, 1)
    opened.page.wait_for_timeout(150)
    opened.page.evaluate(f"() => {{ window.kept = {PICTURE}; }}")


def changed_pixels(opened: Opened) -> int:
    """How many pixels of the canvas differ, more than by rounding, from the picture that was kept."""
    opened.page.mouse.move(1, 1)
    opened.page.wait_for_timeout(150)
    count = opened.page.evaluate(
        f"""() => {{ const now = {PICTURE}, old = window.kept;
        if (now.width !== old.width || now.height !== old.height) return now.width * now.height;
        let count = 0;
        for (let k = 0; k < now.data.length; k += 4)
            if ([0, 1, 2, 3].some((c) => Math.abs(now.data[k + c] - old.data[k + c]) > 24)) count += 1;
        return count; }}"""
    )
    return int(count)


@pytest.mark.parametrize("chosen", ["node", "edge", "nothing"])
def test_another_tab_and_theme_leave_the_graph_where_it_was(show: Open, chosen: str) -> None:
    beats = next(e for e in GRAPH.edges if e.predicate == "outperforms")
    hash_ = {"node": f"#n={beats.source[len(BASE) :]}", "edge": f"#e={beats.id[len(BASE) :]}", "nothing": ""}[chosen]
    opened = show(hash_=hash_)
    opened.page.click("#zoom-out")
    box = opened.page.locator("#canvas").bounding_box()
    assert box
    opened.page.mouse.move(box["x"] + 30, box["y"] + 30)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 110, box["y"] + 90, steps=4)
    opened.page.mouse.up()
    keep_picture(opened)
    for tab in ("claims", "boards", "conflicts"):
        opened.page.click(f"#tab-{tab}")
        opened.page.wait_for_timeout(100)
    opened.page.click("#theme")
    opened.page.wait_for_timeout(100)
    opened.page.click("#theme")
    opened.page.click("#tab-graph")
    assert changed_pixels(opened) < 10
    opened.clean()


def test_what_is_chosen_on_another_tab_is_looked_at_on_return(show: Open) -> None:
    opened = show()
    keep_picture(opened)
    opened.page.click("#tab-claims")
    opened.page.locator("#view-claims .claim button.link").first.click()
    opened.page.click("#tab-graph")
    assert opened.page.locator("#panel h2.name").count() == 1
    assert changed_pixels(opened) > 1000
    opened.clean()


def test_a_line_is_hit_from_beside_it_when_the_graph_is_seen_from_afar(small: Opened) -> None:
    small.page.evaluate(f"location.hash = '#e={BEATS.id[len(BASE) :]}'")
    small.page.wait_for_selector("#panel .statement")
    small.page.click("#panel-close")
    for _ in range(7):
        small.page.click("#zoom-out")
    box = small.page.locator("#canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hits = []
    for away in (0, 7, 40):
        # Whichever way the line runs, one of the two stands away from it by at least 0.7 of this.
        for dx, dy in ((away, 0), (0, away)):
            small.page.mouse.click(x + dx, y + dy)
            small.page.wait_for_timeout(400)  # two clicks at once are a double click
            hits.append(small.page.locator("#panel .statement").count())
    assert hits[:4] == [1, 1, 1, 1]
    assert 0 in hits[4:]
    small.clean()
