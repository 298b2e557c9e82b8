"""The page of a real graph: that of the bundled sample, as `kg build` writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_network_and_leads_to_the_sentence(show: Open, sample_dir: Path, scheme: str) -> None:
    opened = show(path=sample_dir / "graph.html", scheme=scheme)
    assert opened.shown() > 100
    opened.search("Mask R-CNN")
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_selector("#panel h2.name")
    panel = opened.page.inner_text("#panel")
    assert "Mask R-CNN" in panel
    assert "37.1 mask AP" in panel
    opened.clean()


def test_the_tabs_have_leaderboards_claims_and_conflicts(show: Open, sample_dir: Path) -> None:
    opened = show(path=sample_dir / "graph.html")
    for name, part in (("Leaderboards", "88.55"), ("Claims", "Mask R-CNN"), ("Conflicts", "GoogLeNet")):
        opened.page.get_by_role("tab", name=name).click()
        assert part in opened.page.inner_text("main"), name
    opened.clean()
