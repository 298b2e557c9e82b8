"""A Chromium without network, and pages of made-up graphs opened in it from files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright  # noqa: E402  after the check above

from kg.view import page as make_page  # noqa: E402
from tests.view.graphs import made_up  # noqa: E402
from tests.view.hostile import hostile  # noqa: E402

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Every report of the policy is kept, and every dialog counts as an attack that worked.
WATCH = """
window.reports = [];
document.addEventListener('securitypolicyviolation', (e) => window.reports.push(`${e.violatedDirective} ${e.sample}`));
window.alert = () => { window.pwned = 'alert'; };
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium in PATH: install it to run the browser tests (Debian: apt-get install chromium)")
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=path, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    graphs = {"plain": (made_up(400, 60), 120), "hostile": (hostile(), 300)}
    paths = {}
    for name, (graph, top) in graphs.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(make_page(graph, top=top, title="A made-up graph"), encoding="utf-8")
    return paths


@dataclass
class Opened:
    """A page in the browser with all that it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    clock: CDPSession | None = None

    def clean(self) -> None:
        """Fails if the page asked the network for anything, logged anything, or was held back by its policy."""
        assert self.page.evaluate("window.reports") == []
        assert self.page.evaluate("window.pwned") is None
        assert self.errors == []
        assert len(self.requests) == 1, self.requests

    def work(self) -> float:
        """The seconds of processor time that the page's main thread has taken; the page is opened with ``measure``."""
        assert self.clock
        metrics = self.clock.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def status(self) -> str:
        return self.page.inner_text("#status")

    def shown(self) -> int:
        return int(self.status().split(" of ")[0].replace(",", ""))

    def search(self, text: str) -> None:
        self.page.keyboard.press("/")
        self.page.keyboard.insert_text(text)
        self.page.wait_for_selector("#search-list [role=option]")


Open = Callable[..., Opened]


@pytest.fixture
def show(browser: Browser, files: dict[str, Path]) -> Iterator[Open]:
    contexts = []

    def open_(
        name: str = "plain",
        *,
        hash_: str = "",
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        path: Path | None = None,
        motion: str = "reduce",
        measure: bool = False,
    ) -> Opened:
        size: ViewportSize = {"width": width, "height": height}
        context = browser.new_context(
            offline=True,
            viewport=size,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce" if motion == "reduce" else "no-preference",
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda r: opened.requests.append(r.url))
        opened.page.on("console", lambda m: opened.errors.append(m.text))
        opened.page.on("pageerror", lambda e: opened.errors.append(str(e)))
        if measure:
            opened.clock = context.new_cdp_session(opened.page)
            opened.clock.send("Performance.enable", {"timeDomain": "threadTicks"})
        opened.page.goto((path or files[name]).as_uri() + hash_)
        opened.page.wait_for_selector("html[data-ready=yes]")
        return opened

    yield open_
    for context in contexts:
        context.close()
