from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.errors import UsageError
from kg.view import page
from kg.view.choose import rank
from kg.view.data import Node, PageGraph
from kg.view.encode import encode, sorted_graph, to_json
from kg.view.filters import read_types
from kg.view.page import MOST_NODES, SCRIPTS, STYLES, _web, script
from tests.shared import need_shared
from tests.view.graphs import made_up
from tests.view.hostile import PAYLOADS, hostile

GRAPH = made_up(200, 30)
# Ways from a string to running code or markup; none may stand in a script of ours.
FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|setHTML"
    r"|\beval\b|new Function|setTimeout\(\s*['\"]|setInterval\(\s*['\"]|javascript:|\.cssText|fetch\(|XMLHttpRequest"
    r"|WebSocket|sendBeacon|import\(|localStorage|postMessage|\.src\s*="
)


def block(text: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)


def elements(text: str) -> list[str]:
    """The tags that a parser of HTML opens, scripts being closed where a browser closes them."""
    parser = _Tags()
    parser.feed(text)
    return parser.tags


def test_the_same_graph_in_any_order_gives_the_same_bytes() -> None:
    turned = PageGraph(GRAPH.nodes[::-1], GRAPH.edges[::-1], GRAPH.results[::-1], GRAPH.claims[::-1])
    assert page(GRAPH, top=80) == page(turned, top=80)


def test_the_policy_allows_exactly_the_scripts_and_styles_that_are_there() -> None:
    text = page(GRAPH, top=80)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])  # type: ignore[index]
    runs = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in runs + styles}
    assert len(runs) == 2
    assert set(re.findall(r"'sha256-[^']*'", policy)) == hashes
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_the_file_points_to_nothing_outside() -> None:
    text = page(GRAPH, top=80)
    assert not re.search(r"<(?:link|iframe|img|base|object|embed)\b", text)
    assert not re.search(r"<[^>]+\s(?:src|srcset|poster|data|action)\s*=", text.split("<script>")[0])
    assert "sourceMappingURL" not in text
    assert "style=" not in _web("page.html")
    assert not re.search(r"url\(|@import", _web("page.css"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_of_ours_makes_markup_or_code_of_text(name: str) -> None:
    assert not re.search(FORBIDDEN, _web(name))


def test_the_lint_would_see_it() -> None:
    assert re.search(FORBIDDEN, "panel.innerHTML = text")


def test_the_script_is_whole() -> None:
    assert script().count("'use strict'") == 1
    assert "</script" not in script()


def test_data_cannot_leave_its_element() -> None:
    text = page(hostile(), top=100, title=PAYLOADS[0])
    assert elements(text).count("script") == 4
    assert not {"img", "svg", "iframe"} & set(elements(text))
    for name in ("kg-model", "kg-data"):
        found = re.search(rf'id="{name}">(.*?)</script>', text, re.DOTALL)
        assert found
        assert not re.search("[<>&\u2028\u2029]", found[1])
    assert PAYLOADS[0] not in text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_escaping_keeps_every_text(payload: str) -> None:
    assert json.loads(to_json([payload])) == [payload]


def test_surrogates_that_stand_alone_do_not_stop_the_page() -> None:
    node = Node("urn:x", "Task", "a\ud800b")
    assert "a?b" in page(PageGraph((node,)))


def test_the_data_tells_the_graph_again() -> None:
    ordered = sorted_graph(GRAPH)
    data = encode(ordered)
    text = data["text"]
    for row, edge in zip(data["edges"], ordered.edges, strict=True):
        assert ordered.nodes[row[1]].id == edge.source
        assert ordered.nodes[row[2]].id == edge.target
        assert text[row[3]] == edge.predicate
        assert [(text[q], ordered.nodes[p].id, tuple(text[r] for r in rules)) for q, p, rules in row[6]] == [
            (e.quote, e.paper, e.rules) for e in edge.evidence
        ]
    assert [r[0] for r in data["results"]] == [r.value for r in ordered.results]
    assert [text[c[1]] for c in data["claims"]] == [c.text for c in ordered.claims]


def test_the_page_opens_on_the_focus_and_says_what_it_leaves_out() -> None:
    label = next(n.label for n in GRAPH.nodes if n.type == "Method")
    data = block(page(GRAPH, focus=label, hops=1, limit=40), "kg-data")
    assert data["nodes"][data["focus"]][2] == label
    assert data["total"] == len(GRAPH.nodes) > len(data["nodes"])
    with pytest.raises(UsageError, match="nothing named"):
        page(GRAPH, focus="no such thing")


def test_a_focus_that_the_page_would_leave_out_is_in_it() -> None:
    least = [n for n in rank(GRAPH) if n.type == "Method"][-1]
    data = block(page(GRAPH, focus=least.id, hops=1, limit=20), "kg-data")
    assert data["nodes"][data["focus"]][2] == least.label


def test_the_page_opens_with_types_and_years() -> None:
    text = page(GRAPH, types=("Method", "Dataset"), years=(2016, 2018), top=40)
    data, model = block(text, "kg-data"), block(text, "kg-model")
    assert data["opens"] == {"types": [0, 2], "years": [2016, 2018]}
    assert {data["nodes"][n["id"]][1] for n in model["nodes"]} == {0, 2}
    assert len(data["nodes"]) == len(GRAPH.nodes), "what does not pass is in the page all the same"
    focus = next(n for n in GRAPH.nodes if n.type == "Task")
    assert block(page(GRAPH, focus=focus.id, types=read_types("Method")), "kg-data")["focus"] >= 0


def test_the_page_opens_on_what_an_answer_names() -> None:
    names = [GRAPH.nodes[5].label, "93.2", GRAPH.nodes[1].id]
    model = block(page(GRAPH, only=names), "kg-model")
    assert {n["label"] for n in model["nodes"]} == {GRAPH.nodes[5].label, GRAPH.nodes[1].label}


@pytest.mark.parametrize("asked", [{"years": (1900, 1901)}, {"only": ["93.2"]}, {"only": []}])
def test_a_page_that_would_open_on_nothing_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="nothing in the graph passes"):
        page(GRAPH, **asked)


def test_the_model_holds_no_titles_or_options_from_data() -> None:
    model = block(page(GRAPH, top=50), "kg-model")
    assert {key for n in model["nodes"] for key in n} == {"id", "label", "shape", "size", "x", "y"}
    assert {n["shape"] for n in model["nodes"]} <= {s["shape"] for s in STYLES.values()}
    assert {key for e in model["edges"] for key in e} == {"id", "from", "to", "arrows"}


def test_no_graph_at_all() -> None:
    assert block(page(PageGraph(())), "kg-data")["nodes"] == []


@pytest.mark.slow
def test_the_seed_papers_page_is_under_three_megabytes(tmp_path: Path) -> None:
    graph = kg.build(need_shared("seeds"), out=tmp_path / "out")
    size = (tmp_path / "out" / "graph.html").stat().st_size
    print(f"{graph.stats()['Paper']} papers: {size / 1e6:.2f} MB")
    assert size < 3_000_000


def test_four_thousand_nodes_stay_under_three_megabytes() -> None:
    graph = made_up(3800, 200)
    assert len(graph.nodes) == 4000 <= MOST_NODES
    long = [
        replace(e, evidence=tuple(replace(v, quote=v.quote + " " + "word " * 25) for v in e.evidence))
        for e in graph.edges
    ]
    assert len(page(replace(graph, edges=tuple(long))).encode()) < 3_000_000
