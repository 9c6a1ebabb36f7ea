"""Pages of the demonstration's office as its people see them, photographed by Chromium. The clock stands still."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from logging import getLogger
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import quote

import fontpkg_arimo
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from runner.app import Runner
from runner.cli import office
from runner.clock import ZONE, FixedClock
from runner.config import Settings
from runner.demo import script
from runner.domain.case import CaseStatus
from runner.web import create_app

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
NOW = datetime(2026, 11, 20, 14, 30, tzinfo=ZONE)
WIDTH = 1280
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <match target="pattern">
    <test name="family"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Arimo</string></edit>
  </match>
  <match target="pattern">
    <test name="family"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Arimo</string></edit>
  </match>
</fontconfig>
"""
"""The letters are Arimo's, which the project brings along, whatever fonts the machine has."""
COLOURS = 256
"""Of a picture, which is then a third as large. They are fitted once more, or pale grounds become white."""
CLERK, SPECIALIST, LEAD = "hatinh.motcua", "hatinh.chuyenvien", "hatinh.truongphong"
DRAFTED = "ha-tinh/QT.BC.01"
ANALYST, AUDITOR, ADMINISTRATOR = "phantich", "kiemtra", "quantri"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: who looks at it (an account, None for nobody), its address and the height of the picture."""

    who: str | None
    path: str
    height: int = 900


SHOTS: Mapping[str, Shot] = {
    "inbox": Shot(SPECIALIST, "/inbox", 760),
    "task": Shot(SPECIALIST, "/cases/{case}/tasks/{task}", 1060),
    "case": Shot(AUDITOR, "/cases/{case}", 1400),
    "register": Shot(AUDITOR, "/register", 1000),
    "replay": Shot(AUDITOR, "/audit/cases/{finished}/replay?seq=6", 860),
    "procedure": Shot(ANALYST, "/procedures/ha-tinh/QT.BC.01", 1200),
    "trace": Shot(ANALYST, "/procedures/ha-tinh/QT.BC.01/trace", 1400),
    "procedures": Shot(ANALYST, "/procedures", 1374),
    "division": Shot(LEAD, "/division"),
    "incidents": Shot(ADMINISTRATOR, "/incidents", 420),
    "calendar": Shot(ADMINISTRATOR, "/calendar/ha-tinh", 1400),
    "intake": Shot(CLERK, "/intake"),
    "procedures-drafted": Shot(ANALYST, "/studio", 1000),
    "studio": Shot(ANALYST, "/studio/drafts/{draft}/diagram#Task_B3_appraise", 800),
    "facts": Shot(ANALYST, "/studio/drafts/{draft}/facts", 1400),
    "difference": Shot(ANALYST, "/studio/drafts/{draft}/difference?row=0", 900),
    "impact": Shot(ANALYST, "/studio/drafts/{draft}/impact", 900),
    "new-procedure": Shot(ANALYST, "/studio/new", 1400),
    "help": Shot(ANALYST, "/studio/help/rules/parallel"),
    "login": Shot(None, "/login", 760),
    "api": Shot(None, "/api/v1/", 760),
}
KEPT = ("inbox", "studio", "replay")
"""These are kept in the repository; ``make pictures`` takes the others too."""


def photograph(names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The PNG of each of these pages. The office is played for it, which takes a while."""
    with TemporaryDirectory() as folder, _office(Path(folder)) as runner, _served(runner) as address:
        gaps = _gaps(runner)
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS.format(folder=Path(fontpkg_arimo.ROOT) / "files"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--lang=vi"],
                env={**os.environ, "FONTCONFIG_FILE": str(fonts), "LANGUAGE": "vi"},
            )
            for name in names:
                shot = SHOTS[name]
                context = browser.new_context(
                    base_url=address, locale="vi-VN", viewport={"width": WIDTH, "height": shot.height}
                )
                if shot.who:
                    visit = runner.accounts.enter(shot.who, NOW)
                    context.add_cookies([{"name": "visit", "value": visit, "url": address}])
                page = context.new_page()
                answer = page.goto(shot.path.format_map(gaps), wait_until="networkidle")
                assert answer and answer.ok, (name, page.url)
                yield name, _small(page.screenshot(animations="disabled"))
                context.close()
            browser.close()


@contextmanager
def _office(folder: Path) -> Iterator[Runner]:
    """The office of the demonstration as it is at `NOW`."""
    settings = Settings(f"sqlite:///{folder / 'office.db'}", f"spool:{folder / 'mail'}", secrets=("a secret" * 5,))
    runner = Runner(settings, FixedClock(NOW))
    runner.migrate()
    for person in script.people():
        runner.people.save(person)
    office.play(runner, ROOT)
    runner.tick()  # without it the pages say that no worker is there
    yield runner
    runner.close()


@contextmanager
def _served(runner: Runner) -> Iterator[str]:
    """The address of the runner's pages."""
    server = make_server("127.0.0.1", 0, create_app(runner), threaded=True)
    thread = Thread(target=server.serve_forever)
    getLogger("werkzeug").setLevel("WARNING")  # requests are no news here
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _gaps(runner: Runner) -> Mapping[str, object]:
    """What addresses name: the specialist's most urgent task, and the finished case with the longest journal."""
    [urgent] = runner.worklist.inbox(runner.people.get(SPECIALIST), 1)
    auditor = runner.people.get(AUDITOR)
    every = [runner.cases.get(case, auditor)[0] for case in runner.audit.cases()]
    finished = max((case for case in every if case.status == CaseStatus.FINISHED), key=lambda case: case.seq)
    return {"case": urgent.case, "task": quote(urgent.id), "finished": finished.id, "draft": _draft(runner)}


def _draft(runner: Runner) -> int:
    """A draft in which an analyst has made a step shorter on the diagram, which the decision does not say yet."""
    drafts, analyst = runner.procedure_drafts, runner.people.get(ANALYST)
    draft = drafts.begin(DRAFTED, analyst, NOW)
    name = f"bpmn/{DRAFTED}.bpmn"
    shorter = drafts.files(draft.id, analyst)[name].replace(b"P6D", b"P5D", 1)
    drafts.save(draft.id, {name: shorter}, analyst, NOW, base=draft.save)
    return draft.id


def _small(picture: bytes) -> bytes:
    """The same picture in few colours."""
    out = BytesIO()
    whole = Image.open(BytesIO(picture)).convert("RGB")
    few = whole.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(out, "png", optimize=True)
    return out.getvalue()
