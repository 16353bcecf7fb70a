"""An auditor draws a sample by a published seed, looks at its evidence, and verifies the whole log."""

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.hands import Keyboard
from tests.browser.world import sign_in
from tests.journeys.world import World

SEED = "Lottery of 21 November 2026: 4 8 15 16 23 42"


def test_an_auditor_samples_and_verifies(page: Page, world: World, tmp_path: Path) -> None:
    sign_in(page, world, "gss:E10000017", "auditor")
    page.goto("/audit")
    keys = Keyboard(page)
    keys.fill("Seed", SEED)
    keys.follow("Count and draw")
    population = page.request.get("/audit/population.csv?kind=approvals").text().splitlines()[1:]
    first = population[drawn_first(len(population))].partition(",")[0]
    expect(page.locator("#sample ~ ol h3").first).to_have_text(f"Entry {first}")
    evidence = page.get_by_role("link", name=re.compile("^Statement and signature of entry")).first
    assert "assertion" in page.request.get(str(evidence.get_attribute("href"))).json()

    page.goto("/audit")
    keys.follow("Take the whole log away")
    keys.follow("Make the file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    log = tmp_path / "log.zip"
    download.value.save_as(log)
    told = world.command("verify", str(log), "--vkey", world.demo["log"]["vkey"])
    assert told.endswith("entries are as they were signed\n")


def drawn_first(size: int) -> int:
    """The place that the seed draws first, worked out as the page tells everyone to."""
    digest = hashlib.sha256(f"registry-sample/v1\n{SEED}\n{size}\n0\n".encode()).hexdigest()
    return int(digest[:15], 16) % size
