"""axe-core over every view in both themes and at two widths, and what axe cannot see: movement and colour on canvas."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kg.ids import BASE
from kg.view import page as make_page
from tests.browser.conftest import Open, Opened
from tests.view.graphs import made_up

pytestmark = pytest.mark.browser
pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")

GRAPH = made_up(120, 20)
METHOD = next(e.source for e in GRAPH.edges if e.predicate == "outperforms")
FINDINGS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
    .flatMap(v => v.nodes.map(n => `${v.impact}: ${v.id}: ${n.html.slice(0, 200)}`))"""


def findings(page: Page) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FINDINGS)
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "small.html"
    path.write_text(make_page(GRAPH, top=60), encoding="utf-8")
    return path


def filters(opened: Opened) -> None:
    if opened.page.is_visible("#filters-toggle"):
        opened.page.click("#filters-toggle")
    opened.page.click("#roles-fold summary")


def node(opened: Opened) -> None:
    opened.page.evaluate(f"location.hash = '#n={METHOD.removeprefix(BASE)}'")
    opened.page.wait_for_selector("#panel h2.name")
    opened.page.fill("#path-to", "or")
    opened.page.wait_for_selector("#path-list [role=option]")


def edge(opened: Opened) -> None:
    opened.page.keyboard.press("Escape")
    opened.page.locator("#panel .group .item").first.click()
    opened.page.click("#panel .evidence summary")


def tab(name: str) -> Callable[[Opened], None]:
    return lambda opened: opened.page.evaluate(f"location.hash = '#tab={name}'")


STEPS: dict[str, Callable[[Opened], None]] = {
    "as it opens": lambda _: None,
    "list of nodes": lambda opened: opened.page.click("#node-list-toggle"),
    "suggestions": lambda opened: opened.search("or"),
    "filters": filters,
    "node": node,
    "edge": edge,
    "leaderboards": tab("boards"),
    "claims": tab("claims"),
    "conflicts": tab("conflicts"),
    "help": lambda opened: opened.page.keyboard.press("?"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_any_view(show: Open, small: Path, scheme: str, width: int) -> None:
    opened = show(path=small, width=width, height=844, scheme=scheme)
    found = {}
    for name, step in STEPS.items():
        step(opened)
        if some := findings(opened.page):
            found[name] = some
    assert not found
    opened.clean()


def test_axe_would_find_it(show: Open, small: Path) -> None:
    opened = show(path=small)
    opened.page.evaluate("document.querySelector('#zoom-in').removeAttribute('aria-label')")
    opened.page.evaluate("document.querySelector('#zoom-in').replaceChildren()")
    assert any(f.startswith("critical: button-name") for f in findings(opened.page))


# How often the canvas is drawn until it rests.
DRAWINGS = """() => {
    window.drawings = 0;
    const { prototype } = CanvasRenderingContext2D;
    const clear = prototype.clearRect;
    prototype.clearRect = function (...a) { window.drawings += 1; return clear.apply(this, a); };
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_where_less_motion_is_asked_for(show: Open, small: Path, motion: str) -> None:
    opened = show(path=small, motion=motion)
    opened.search("or")
    opened.page.evaluate(DRAWINGS)
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("#panel h2.name")
    opened.page.wait_for_timeout(900)
    drawings = opened.page.evaluate("window.drawings")
    transition = opened.page.evaluate("getComputedStyle(document.getElementById('theme')).transitionDuration")
    if motion == "reduce":
        assert drawings <= 4
        assert transition == "0s"
    else:
        assert drawings > 4, "the test would not see a movement"
        assert transition == "0.12s"
    opened.clean()
