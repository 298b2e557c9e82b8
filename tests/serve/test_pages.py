"""The explorer and the query editor in a browser that can reach nothing but the server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

from playwright.sync_api import Page, sync_playwright  # noqa: E402  after the check above

import kg  # noqa: E402
from tests.serve.conftest import Served  # noqa: E402
from tests.serve.test_explore import an_edge, get, hostile  # noqa: E402, F401  a fixture

pytestmark = pytest.mark.browser

ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WATCH = """
window.reports = [];
document.addEventListener('securitypolicyviolation', (e) => window.reports.push(e.violatedDirective));
window.alert = () => { window.pwned = 'alert'; };
"""


@dataclass
class Browsed:
    """A page with all that it asked for and complained about."""

    page: Page
    server: Served
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.server.url + path)
        self.page.wait_for_selector("html[data-ready=yes]")

    def clean(self) -> None:
        """Fails if the page asked another server, logged anything, or was held back by its policy."""
        assert self.page.evaluate("window.reports") == []
        assert self.page.evaluate("window.pwned") is None
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith((self.server.url, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def pages() -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium in PATH: install it to run the browser tests (Debian: apt-get install chromium)")
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=path, args=ARGS)
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        context.add_init_script(WATCH)
        context.set_default_timeout(60_000)
        yield context.new_page()
        chromium.close()


def browsed(page: Page, server: Served) -> Browsed:
    found = Browsed(page, server)
    page.on("request", lambda r: found.requests.append(r.url))
    page.on("console", lambda m: found.errors.append(m.text))
    page.on("pageerror", lambda e: found.errors.append(str(e)))
    return found


@pytest.fixture
def at(pages: Page, served: Served) -> Browsed:
    get(served, "/api/start")  # the index of names is made
    return browsed(pages.context.new_page(), served)


def test_from_a_search_to_the_sentence(at: Browsed, sample: kg.Graph) -> None:
    edge = an_edge(sample)
    at.open("/")
    at.page.keyboard.press("/")
    at.page.keyboard.insert_text(str(edge["sl"]))
    at.page.wait_for_selector("#search-list [role=option]")
    at.page.keyboard.press("Enter")
    at.page.wait_for_selector("#graph .node")
    assert at.page.inner_text("#panel h2").strip() == edge["sl"]
    assert "evaluatedOn →" in at.page.inner_text("#panel").replace("\n", " ")
    item = at.page.locator("#panel li", has_text=str(edge["ol"])).first
    item.get_by_role("button", name="why?").click()
    at.page.wait_for_selector("#panel blockquote")
    quotes = [e.quote for e in sample.why(edge["sl"], "evaluatedOn", edge["ol"])]
    assert any(quote in at.page.inner_text("#panel") for quote in quotes)
    assert at.page.locator("#panel mark").count() >= 1
    at.clean()


def test_the_picture_holds_the_neighbours_and_grows(at: Browsed, sample: kg.Graph) -> None:
    iri = str(an_edge(sample)["s"])
    at.open("/#" + urlencode({"focus": iri}))
    at.page.wait_for_selector("#graph .edge")
    at.page.locator("#status", has_text="shown").wait_for()
    before = at.page.locator("#graph .node").count()
    assert before >= 2
    assert at.page.locator(f'#graph .node[data-iri="{iri}"]').count() == 1
    for number in range(1, before):
        node = at.page.locator("#graph .node").nth(number)
        label = (node.locator("title").text_content() or "").rpartition(" (")[0]
        node.focus()
        at.page.keyboard.press("e")
        at.page.locator("#status", has_text=f"{label}: ").wait_for()
        if at.page.locator("#graph .node").count() > before:
            break
    assert at.page.locator("#graph .node").count() > before
    at.page.locator("#graph .edge .wide").first.dispatch_event("click")
    at.page.wait_for_selector("#panel blockquote")
    at.clean()


def test_a_permalink_opens_the_same(at: Browsed, sample: kg.Graph) -> None:
    edge = an_edge(sample)
    at.open("/#" + urlencode({"focus": edge["s"]}))
    at.page.wait_for_selector("#graph .node")
    assert at.page.title().startswith(str(edge["sl"]))
    at.page.reload()
    at.page.wait_for_selector("#graph .node")
    assert at.page.inner_text("#panel h2").strip() == edge["sl"]
    at.clean()


def test_the_editor_asks_and_shows(at: Browsed, sample: kg.Graph) -> None:
    query = "SELECT ?p ?t { ?p a kg:Paper ; dcterms:title ?t } ORDER BY ?t"
    at.open("/query#" + urlencode({"query": query}))
    at.page.focus("#text")
    at.page.keyboard.press("Control+Enter")
    at.page.wait_for_selector("#answer table")
    shown = at.page.locator("#answer tbody tr").count()
    assert shown == len(sample.query(query))
    link = at.page.locator("#answer tbody a").first.get_attribute("href") or ""
    assert at.server.ask(link, headers={"Accept": "text/html"}).status == 200
    with at.page.expect_download() as saving:
        at.page.get_by_role("button", name="CSV").click()
    saved = Path(saving.value.path()).read_text(encoding="utf-8")
    assert saved.splitlines()[0] == "p,t"
    assert len(saved.splitlines()) == shown + 1
    at.clean()


def test_the_editor_says_what_is_wrong_and_where(at: Browsed) -> None:
    at.open("/query#" + urlencode({"query": "SELECT *\n{ ?s ?p }"}))
    at.page.click("#run")
    at.page.wait_for_selector("#status.bad")
    assert "error at 2:" in at.page.inner_text("#status")
    caret = "document.querySelector('#text').selectionStart"
    assert at.page.evaluate(caret) >= len("SELECT *\n")
    assert len(at.errors) == 1  # the browser's own line on an answer of 400
    assert "400" in at.errors[0]


def test_a_named_question_is_written_and_asked(at: Browsed, sample: kg.Graph) -> None:
    at.open("/query")
    at.page.select_option("#name", "outperforms")
    winner = "SELECT ?l { ?m kg:outperforms ?o ; skos:prefLabel ?l } ORDER BY ?l LIMIT 1"
    name = str(sample.query(winner)[0][0])
    at.page.locator("#params input").first.fill(name)
    at.page.click("#fill")
    at.page.wait_for_selector("#answer table")
    assert sample.find(name) in at.page.input_value("#text")
    at.clean()


def test_hostile_text_does_nothing(pages: Page, hostile: Served) -> None:  # noqa: F811  the fixture
    get(hostile, "/api/start")
    at = browsed(pages.context.new_page(), hostile)
    for n in range(6):
        at.open("/?" + urlencode({"n": n}) + "#" + urlencode({"focus": f"https://w3id.org/kg-abstracts/method/{n}"}))
        at.page.wait_for_selector("#panel .why")
        at.page.click("#panel .why")
        at.page.wait_for_selector("#panel blockquote")
        at.page.locator("#graph .node").first.dispatch_event("click")
        assert at.page.locator("#panel img, #panel script").count() == 0
        assert at.page.locator("a[href^='javascript:' i]").count() == 0
    at.open("/query#" + urlencode({"query": "SELECT * { ?s ?p ?o }"}))
    at.page.click("#run")
    at.page.wait_for_selector("#answer table")
    assert at.page.locator("#answer img, #answer script, a[href^='javascript:' i]").count() == 0
    at.clean()
