"""What was brought in, looked for and saved: addresses that lead back, files of every view, what names are tied to."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from kg.ids import BASE
from kg.view import page as make_page
from kg.view.choose import opening, rank
from kg.view.data import Edge, Link, Node, PageGraph
from kg.view.filters import read_types
from tests.browser.conftest import Open, Opened
from tests.view.graphs import made_up

pytestmark = pytest.mark.browser

GRAPH = made_up(400, 60)
METHOD = next(n for n in rank(GRAPH) if n.type == "Method")
BEATS = next(e for e in GRAPH.edges if e.predicate == "outperforms" and e.source == METHOD.id)
LABEL = {n.id: n.label for n in GRAPH.nodes}


def address(opened: Opened) -> str:
    found: str = opened.page.evaluate("location.hash")
    return found


def saved(opened: Opened, button: str, folder: Path) -> list[dict[str, str]]:
    with opened.page.expect_download() as waiting:
        opened.page.click(button)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def listed(opened: Opened) -> list[str]:
    if opened.page.is_hidden("#node-list-body"):
        opened.page.click("#node-list-toggle")
    return opened.page.locator("#node-list-body tbody button").all_inner_texts()


def test_the_address_leads_back_to_what_was_brought_in(show: Open) -> None:
    opened = show()
    hidden = next(n for n in rank(GRAPH) if n.type == "Task" and n not in opening(GRAPH, 120))
    opened.search(hidden.label)
    opened.page.keyboard.press("Enter")
    opened.page.click("#expand")
    opened.page.click("#more")
    names = listed(opened)
    assert hidden.label in names
    assert len(names) > 220
    again = show(hash_=address(opened))
    assert listed(again) == names
    assert again.page.inner_text("#panel h2.name") == hidden.label
    again.page.click("#reset")
    assert again.shown() == len(opening(GRAPH, 120))
    assert address(again) == ""
    again.clean()


def test_more_is_offered_until_all_is_shown(show: Open) -> None:
    opened = show()
    opened.page.check("#legend li:has-text('Paper') input")
    while opened.page.is_visible("#more"):
        opened.page.click("#more")
    assert opened.shown() == len(GRAPH.nodes)
    opened.clean()


def test_the_address_leads_back_to_a_path_and_to_words(show: Open) -> None:
    opened = show(hash_=f"#n={METHOD.id.removeprefix(BASE)}")
    opened.page.fill("#path-to", LABEL[BEATS.target])
    opened.page.keyboard.press("Enter")
    again = show(hash_=address(opened))
    assert "1 step" in again.page.inner_text("#panel .steps")
    again.page.click("#tab-claims")
    again.page.fill("#view-claims input", "limit")
    again.page.select_option("#view-claims select", "limitation")
    count = again.page.inner_text("#view-claims .bar [role=status]")
    third = show(hash_=address(again))
    assert third.page.inner_text("#view-claims .bar [role=status]") == count
    assert third.page.input_value("#view-claims input") == "limit"
    assert third.page.input_value("#view-claims select") == "limitation"
    third.clean()


def test_each_view_is_saved_as_a_table_of_what_it_shows(show: Open, tmp_path: Path) -> None:
    opened = show()
    opened.page.click("#tab-boards")
    board = GRAPH.results[0]
    assert board.dataset
    opened.page.fill("#view-boards input", board.dataset.text)
    rows = saved(opened, "#view-boards .save", tmp_path)
    assert len(rows) == opened.page.locator("#view-boards tbody tr").count() > 5
    assert {r["dataset"] for r in rows} == {board.dataset.text}
    assert all(r["sentence"] and r["paper"] and r["rank"] for r in rows if r["better"])
    opened.page.click("#tab-claims")
    opened.page.select_option("#view-claims select", "finding")
    rows = saved(opened, "#view-claims .save", tmp_path)
    assert {r["type"] for r in rows} == {"finding"}
    assert len(rows) == sum(c.type == "finding" for c in GRAPH.claims)
    opened.page.click("#tab-conflicts")
    rows = saved(opened, "#view-conflicts .save", tmp_path)
    assert len([r for r in rows if r["conflict"] == "1"]) >= 2
    assert all(r["sentence"] for r in rows)


def test_boards_say_why_they_stand_apart(show: Open) -> None:
    opened = show()
    opened.page.click("#tab-boards")
    first = opened.page.locator("#view-boards .board").first
    assert "Not ranked together with: " in first.inner_text()
    assert ": another metric" in first.inner_text()
    opened.clean()


def test_the_table_is_sorted_by_any_head(show: Open) -> None:
    opened = show()
    names = listed(opened)
    opened.page.click("#node-list-body th:has-text('Name') button")
    assert listed(opened) == sorted(names, key=str.lower) != names
    assert opened.page.get_attribute("#node-list-body th:has-text('Name')", "aria-sort") == "ascending"
    assert opened.page.evaluate("document.activeElement.textContent") == "Name"
    counts = opened.page.locator("#node-list-body tbody td:nth-child(4)")
    opened.page.click("#node-list-body th:has-text('Relations') button")
    shown = [int(n) for n in counts.all_inner_texts()]
    assert shown == sorted(shown, reverse=True)
    opened.clean()


def test_variants_links_and_reasons(show: Open, tmp_path: Path) -> None:
    links = (Link("exactMatch", "https://example.org/entity/7"), Link("closeMatch", "javascript:window.pwned=1"))
    base = Node(f"{BASE}method/a", "Method", "Heron", ("HRN",), links=links, reasons=(("HRN", "explained so"),))
    large = replace(base, id=f"{BASE}method/b", label="Heron-large", aliases=(), links=(), reasons=())
    variant = Edge(f"{BASE}statement/v", large.id, base.id, "variantOf", support=0)
    path = tmp_path / "variants.html"
    path.write_text(make_page(PageGraph((base, large), (variant,))), encoding="utf-8")
    opened = show(path=path, hash_="#n=method/a")
    panel = opened.page.locator("#panel")
    assert "the same as example.org/entity/7" in panel.inner_text()
    assert panel.locator("a").evaluate_all("all => all.map(a => a.href)") == ["https://example.org/entity/7"]
    opened.page.click("#panel summary:has-text('why these names are one')")
    assert "HRN: explained so" in panel.inner_text()
    assert "has the variant" in panel.inner_text()
    opened.page.click("#panel .group .item")
    assert panel.locator(".statement").inner_text().split() == ["Heron-large", "variant", "of", "Heron"]
    assert "Read from the names" in panel.inner_text()
    assert opened.page.locator("#relations line").get_attribute("stroke-dasharray") != "none"
    opened.clean()


def test_a_page_opens_with_its_types_years_and_focus_in_sight(show: Open, tmp_path: Path) -> None:
    path = tmp_path / "some.html"
    path.write_text(make_page(GRAPH, types=read_types("Method"), years=(2016, 2019), top=60), encoding="utf-8")
    opened = show(path=path)
    assert opened.page.is_checked("#legend li:has-text('Method') input")
    assert not opened.page.is_checked("#legend li:has-text('Task') input")
    assert opened.page.input_value("#year-from") == "2016"
    assert opened.shown() == 60
    assert address(opened) == ""
    opened.page.fill("#year-to", "2017")
    opened.page.keyboard.press("Tab")
    assert 0 < opened.shown() < 60
    assert "years=2016-2017" in address(opened)
    opened.page.click("#reset")
    assert opened.shown() == 60
    opened.clean()
    path.write_text(make_page(GRAPH, focus=METHOD.id, hops=1), encoding="utf-8")
    focused = show(path=path)
    assert focused.page.inner_text("#panel h2.name") == METHOD.label
    assert focused.shown() > 3
    focused.clean()
