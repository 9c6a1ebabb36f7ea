"""Evidence in a real browser: taken away by hand, without a script too, and checked on a bare Python."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.audit.evidence.exhibit import AUDITOR, Exhibit
from tests.web.conftest import Site
from tests.web.test_browser_pages import chromium, opened, pytestmark

__all__ = ["chromium", "pytestmark"]


@pytest.fixture
def address(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A site with the exhibit, and the login session of the auditor."""
    world = Exhibit(_sqlite_url, tmp_path)
    server = make_server("127.0.0.1", 0, Site(world).app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", world.runner.accounts.enter(AUDITOR.id, world.now)
    server.shutdown()
    thread.join()
    world.runner.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_auditor_takes_a_case_away_and_a_court_checks_it(
    chromium: Browser, address: tuple[str, str], tmp_path: Path, scripts: bool
) -> None:
    page, complaints = opened(chromium, address, java_script_enabled=scripts)
    page.goto("/cases/1/journal", wait_until="networkidle")
    page.get_by_role("link", name="Lập gói chứng cứ").click()
    page.get_by_label("Lý do lập").fill("Tòa án yêu cầu, công văn số 12")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Tải gói (.zip)").click()
    bundle = tmp_path / taken.value.suggested_filename
    taken.value.save_as(bundle)
    assert bundle.name == "ho-so-1.zip"
    with ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "court")
    page.reload(wait_until="networkidle")
    listed = page.get_by_role("listitem").filter(has_text="Tòa án yêu cầu, công văn số 12")
    digest = listed.locator(".hash").inner_text().removeprefix("sha256 ")
    for arguments in ([], [str(bundle), "--sha256", digest]):
        command = [sys.executable, "-I", "-S", "-X", "utf8", str(tmp_path / "court" / "verify.py"), *arguments]
        checked = subprocess.run(command, capture_output=True, text=True, check=False, env={})
        assert checked.returncode == 0, checked.stdout
        assert "được mốc đã ký chứng minh" in checked.stdout
    assert complaints == []
    page.context.close()
