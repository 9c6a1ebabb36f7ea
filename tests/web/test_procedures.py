"""The catalogue of procedures and their pages."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from runner.domain.procedure import Procedure
from tests.web.conftest import Site
from tests.world import ROOT, World


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


def test_the_catalogue_has_every_procedure_and_ones_own_province_first(site: Site) -> None:
    page = site.browser("specialist").get("/procedures").text
    assert 0 < page.index("Hà Tĩnh</h2>") < page.index("Bến Tre</h2>")
    assert "/procedures/ha-tinh/QT.BC.01" in page and "/procedures/ben-tre/39" in page
    assert site.browser().get("/procedures").status_code == 303


def expected(facts: Procedure) -> list[str]:
    """Everything that a page has to say of the facts of its procedure."""
    found = [facts.title, facts.time.text, facts.time.listed, facts.decision.number, facts.authority]
    for step in facts.steps:
        found += [*step.text, step.duration.text, *step.actors.splitlines(), *step.forms.splitlines()]
    for item in facts.dossier:
        found += [item.name, item.condition, *item.parts]
    found += [text for fee in facts.fees for text in (fee.label, fee.text)] + [group.text for group in facts.groups]
    found += [text for note in facts.discrepancies for text in (*note.places, *note.texts, note.governs)]
    found += [*facts.notes, *facts.conditions, *facts.channels, *facts.agencies, *facts.bases]
    decision = facts.decision
    found += [
        *decision.bases,
        *decision.proposals,
        *decision.signed_as.splitlines(),
        decision.signer,
        decision.electronic,
    ]
    found += [decision.amends, decision.replaces, *facts.returned_at, facts.fees_text, facts.applicants]
    found += ["Ban hành mới" if facts.change == "new" else "Được sửa đổi, bổ sung"]
    found += [record.text for record in facts.records] + [facts.retention.text if facts.retention else "thời gian lưu."]
    return found + [f"{stated.text}." for stated in facts.none] + [f"{form.title}" for form in facts.forms]


def test_the_legal_time_is_the_decisions_in_vietnamese_and_counted_in_english(site: Site) -> None:
    reader = site.browser("specialist")
    assert "12 ngày làm việc ·" in reader.get("/procedures").text
    english = reader.get("/procedures", headers={"Accept-Language": "en"}).text
    assert "12 working days ·" in english and "ngày" not in english


def test_the_page_of_every_procedure_has_everything_that_its_facts_say(site: Site) -> None:
    site.world.deploy(ROOT / "bpmn")
    browser = site.browser("specialist")
    for version in site.runner.procedures.current(site.runner.clock.now()):
        facts = version.procedure
        page = unescape(browser.get(f"/procedures/{facts.code}").text)
        assert version.digest in page
        assert [each for each in expected(facts) if each not in page] == [], facts.code
        assert page.count('class="source"') == len(facts.discrepancies)
        assert ("Quyết định không quy định." in page) == bool(facts.silent)
        assert page.count("bổ sung của phần mềm, quyết định không nêu") == sum(form.added for form in facts.forms)
        assert facts.form_set not in page and "Dữ kiện không ghi" not in page
        assert "Đã thử 6 đường đi" in page and facts.time.conflict in page
        assert ("hồ sơ nhận lúc 07:30 ngày 23/09/2022" in page) == bool(facts.time.conflict)


def test_what_older_facts_leave_out_is_not_said_to_be_the_decisions_silence(site: Site, tmp_path: Path) -> None:
    redrawn(site, tmp_path)
    path = tmp_path / "bpmn/ben-tre/39.toml"
    text = path.read_text(encoding="utf-8")
    silent = text[text.index("silent = [") : text.index("]", text.index("silent = [")) + 1]
    path.write_text(text.replace(silent, silent.replace('  "dossier",\n', "")), encoding="utf-8")
    site.world.deploy(path.with_suffix(".bpmn"), provinces=())
    page = site.browser("specialist").get("/procedures/ben-tre/39").text
    assert page.count("Dữ kiện không ghi mục này.") == 1 and "Quyết định không quy định." in page


def test_a_diagram_is_an_image_of_its_own(site: Site) -> None:
    browser = site.browser("specialist")
    digest = site.runner.procedures.in_force("ben-tre/39", site.runner.clock.now()).digest
    answer = browser.get(f"/procedures/ben-tre/39/diagram.svg?version={digest}")
    assert answer.mimetype == "image/svg+xml" and "Task_2_process" in answer.text and "state-" not in answer.text
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert browser.get("/procedures/ben-tre/39/diagram.svg").headers["Cache-Control"] == "no-store"


def redrawn(site: Site, tmp_path: Path) -> str:
    """Deploy a second version of ``ben-tre/39``; the digest of the first."""
    old = site.runner.procedures.in_force("ben-tre/39", site.runner.clock.now()).digest
    for folder in ("bpmn/ben-tre", "forms"):
        (tmp_path / folder).mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            if file.is_file():
                (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    diagram = tmp_path / "bpmn/ben-tre/39.bpmn"
    diagram.write_text(diagram.read_text().replace("</bpmn:definitions>", "<!-- sửa -->\n</bpmn:definitions>"))
    site.world.deploy(diagram, provinces=())
    return old


def test_a_version_that_is_not_in_force_says_so(site: Site, tmp_path: Path) -> None:
    old = redrawn(site, tmp_path)
    browser = site.browser("specialist")
    assert "không áp dụng cho hồ sơ mới" in browser.get(f"/procedures/ben-tre/39?version={old}").text
    page = browser.get("/procedures/ben-tre/39").text
    assert "không áp dụng cho hồ sơ mới" not in page and f"version={old}" in page


@pytest.mark.parametrize("path", ["x/y", "ben-tre/40", "ben-tre/39?version=x", "ben-tre/40/diagram.svg"])
def test_what_is_not_deployed_is_not_found(site: Site, path: str) -> None:
    browser = site.browser("specialist")
    assert browser.get(f"/procedures/{path}").status_code == 404
    other = site.runner.procedures.in_force("ha-tinh/QT.BC.01", site.runner.clock.now()).digest
    assert browser.get(f"/procedures/ben-tre/39?version={other}").status_code == 404


@pytest.mark.parametrize("code", ["ha-tinh/QT.BC.01", "ben-tre/39"])
def test_a_procedure_is_shown_beside_its_decision_both_ways(site: Site, code: str) -> None:
    version = site.runner.procedures.in_force(code, site.runner.clock.now())
    browser = site.browser("specialist")
    assert f"/procedures/{code}/trace?version={version.digest}" in browser.get(f"/procedures/{code}").text
    page = unescape(browser.get(f"/procedures/{code}/trace").text)
    assert "chưa đối chiếu được" not in page
    assert [node for node in version.diagram.nodes if f"<code>{node}</code>" not in page] == []
    assert [step.id for step in version.procedure.steps for line in step.text if f"<p>{line}</p>" not in page] == []
    assert site.browser().get(f"/procedures/{code}/trace").status_code == 303
    assert browser.get("/procedures/ben-tre/40/trace").status_code == 404


def test_a_version_whose_facts_tell_no_clock_says_why_it_is_not_compared(site: Site, tmp_path: Path) -> None:
    for folder in ("bpmn/ben-tre", "forms"):
        (tmp_path / folder).mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            if file.is_file():
                (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    facts = tmp_path / "bpmn/ben-tre/39.toml"
    before, _, rest = facts.read_text().partition("[clock]\n")
    facts.write_text(before + rest[rest.index("[apology]") :])
    site.world.deploy(tmp_path / "bpmn/ben-tre/39.bpmn", provinces=())
    assert "nên không đối chiếu được" in site.browser("specialist").get("/procedures/ben-tre/39/trace").text
