"""The studio's diagram in a browser: findings on the canvas after a change, and what its page loads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from bench.figure import Figure
from runner import bpmn
from runner.domain.person import Person, Role
from runner.domain.procedure_draft import Origin
from runner.services import content
from runner.web import asset
from tests.engine.diagrams import chain, document, end, start, user
from tests.web.conftest import Site
from tests.world import ROOT, World

CHROMIUM = Path("/usr/bin/chromium")
CHANGES = 20
ANALYST = Person("analyst", "Analyst", frozenset({("ha-tinh", Role.ANALYST)}))
TOOK = "performance.getEntriesByName('findings').map(each => each.duration)"


def size() -> Iterator[Figure]:
    """What the page of the diagram loads beside what every page does, compressed."""
    files = ("modeler.js.gz", "modeler.css.gz", "bpmn.woff2")
    loaded = sum((asset.FOLDER / "build" / name).stat().st_size for name in files)
    yield Figure("the modeler, compressed", loaded / 1000, "kB", 350, above=False)


def findings() -> Iterator[Figure]:
    """Milliseconds from a change to the badges of its findings, of the largest procedure and of 300 nodes."""
    path = max((ROOT / "bpmn/ha-tinh").glob("*.bpmn"), key=lambda each: len(bpmn.read(each.read_bytes()).nodes))
    tasks = [f"Task_{number}" for number in range(298)]
    drawn = document(start(), *map(user, tasks), end(), chain("s", *tasks, "e")).replace(b'"p"', b'"ha-tinh_LONG"')
    with _served() as (world, page):
        for name, code, files, wanted in (
            ("largest procedure", f"ha-tinh/{path.stem}", content.load(path, ROOT).files, 300),
            ("300 nodes with 298 findings", "ha-tinh/LONG", {"bpmn/ha-tinh/LONG.bpmn": drawn}, 1000),
        ):
            draft = world.runner.procedure_drafts.create(code, files, ANALYST, world.now, Origin.FOLDER)
            page.goto(f"/studio/drafts/{draft.id}/diagram", wait_until="networkidle")
            took = sorted(_changes(page))
            yield Figure(
                f"findings after a change, {name}",
                median(took),
                "ms",
                wanted,
                above=False,
                detail=f"slowest {took[-1]:.0f} ms",
            )


def _changes(page: Page) -> list[float]:
    """What each of many changes took; the first finding of all, as the page opens, is not one."""
    page.locator(".djs-shape[data-element-id^=S], .djs-shape[data-element-id=s]").first.click()
    for change in range(CHANGES):
        with page.expect_response("**/findings"):
            page.keyboard.press(("ArrowRight", "ArrowLeft")[change % 2])
        page.locator("[data-findings-pane]:not([aria-busy])").wait_for()
    taken: list[float] = page.evaluate(TOOK)
    return taken[-CHANGES:]


@contextmanager
def _served() -> Iterator[tuple[World, Page]]:
    """An office, and a browser in which its analyst has signed in."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        world = World(f"sqlite:///{folder}/motcua.db", Path(folder))
        world.runner.migrate()
        world.deploy(provinces=("ha-tinh",))
        world.runner.people.save(ANALYST)
        server = make_server("127.0.0.1", 0, Site(world).app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        session = world.runner.accounts.enter(ANALYST.id, world.now)
        context.add_cookies([{"name": "visit", "value": session, "url": address}])
        yield world, context.new_page()
        browser.close()
        server.shutdown()
        thread.join()
        server.server_close()
        world.runner.close()
