"""The fee of a case: found in the decision table, pinned with its row, asked for once and settled before the result."""

from __future__ import annotations

import json
import tomllib
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest

from runner.dmn.reader import read
from runner.domain.decision import context
from runner.domain.person import SYSTEM
from runner.domain.procedure import read_procedure
from runner.errors import MotcuaError
from runner.lint import lint
from runner.reports import timeline
from runner.services.case_transaction import IncidentNoted
from runner.services.content import load, procedures
from runner.services.procedures import LintFailed
from runner.services.tasks import FormRefused
from runner.store import registry
from tests.procedures.dossier import Dossier
from tests.world import ROOT, local, person

TABLE = ROOT / "bpmn/ha-tinh/phi.dmn"
PINNED = {
    "fee_amount": 10_750_000,
    "fee_label": "Trường hợp thẩm định cấp phép lần đầu",
    "fee_source": "Quyết định số 1295/QĐ-UBND ngày 24/06/2022",
    "fee_row": 1,
    "fee_rule": "Rule_QT_BC_01_first_issue",
    "fee_table": sha256(TABLE.read_bytes()).hexdigest(),
}
CODES = [path.stem for path in sorted(TABLE.parent.glob("QT.*.toml")) if b"[[fees]]" in path.read_bytes()]
CHARGED = [path.stem for path in procedures(ROOT) if b"businessRuleTask" in path.read_bytes()]


def at_result(dossier: Dossier) -> Dossier:
    """From the counter straight to where the result is handed over."""
    dossier.on("2022-09-26 09:30", "Task_B2_forward").on("2022-09-28 09:00", "Task_B3_appraise")
    dossier.on("2022-09-28 10:00", "Task_B3_draft_licence").on("2022-09-29 08:00", "Task_B4_initial")
    dossier.on("2022-09-30 08:00", "Task_B5_approve").on("2022-09-30 09:00", "Task_B6_issue")
    return dossier.on("2022-09-30 10:00", "Task_B6_update").at("2022-10-03 08:00")  # type: ignore[return-value]


def timeline_of(dossier: Dossier) -> timeline.Timeline:
    return timeline.describe(dossier.runner.audit, dossier.runner.procedures, dossier.case, SYSTEM, dossier.now)


def test_the_fee_is_pinned_with_the_row_that_hit_and_a_replay_reads_it(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    assert ha_tinh.journal[-1].done["Rule_fee#1"] == PINNED
    assert ha_tinh.proved()
    line = timeline_of(ha_tinh)
    assert line.events[-1].sentences and any(
        sentence == "Chốt mức phí 10.750.000 đồng: Trường hợp thẩm định cấp phép lần đầu (dòng 1 của bảng phí; "
        "Quyết định số 1295/QĐ-UBND ngày 24/06/2022)."
        for sentence in line.events[-1].sentences
    )
    assert line.fee is not None
    assert (line.fee.amount, line.fee.asked, line.fee.paid) == (10_750_000, local("2022-09-26 08:30"), None)


def test_the_table_is_part_of_the_version_and_never_asked_again(ha_tinh: Dossier, tmp_path: Path) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    before = ha_tinh.row.version
    with ha_tinh.runner.database.read() as tx:
        assert registry.files(tx, before)["bpmn/ha-tinh/phi.dmn"] == TABLE.read_bytes()
    cheaper = edited(tmp_path, ("10750000", "9000000"), ("10.750.000", "9.000.000"))
    ha_tinh.runner.procedures.deploy(cheaper, person("analyst"), ha_tinh.now)
    assert ha_tinh.runner.procedures.in_force("ha-tinh/QT.BC.01", ha_tinh.runner.clock.now()).digest != before
    ha_tinh.runner.transactions.cache.clear()
    ha_tinh.on("2022-09-26 09:30", "Task_B2_forward")
    _, instance, _ = ha_tinh.runner.audit.history(ha_tinh.case, SYSTEM)
    assert (ha_tinh.row.version, instance.values["fee_amount"]) == (before, 10_750_000)
    ha_tinh.start("ha-tinh/QT.BC.01")
    ha_tinh.do("Task_B1_receive")
    assert ha_tinh.journal[-1].done["Rule_fee#1"]["fee_amount"] == 9_000_000


def edited(folder: Path, *transactions: tuple[str, str]) -> Path:
    """The content of Hà Tĩnh with other fees in the table, in the facts and on the form alike."""
    root = folder / "content"
    copytree(ROOT / "bpmn/ha-tinh", root / "bpmn/ha-tinh")
    copytree(ROOT / "forms", root / "forms")
    for name in ("bpmn/ha-tinh/phi.dmn", "bpmn/ha-tinh/QT.BC.01.toml", "forms/tiep-nhan-qt-bc-01.form"):
        path = root / name
        text = path.read_text(encoding="utf-8")
        for old, new in transactions:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return root / "bpmn/ha-tinh/QT.BC.01.bpmn"


def test_a_dossier_without_a_row_stops_as_an_incident_and_goes_on_when_there_is_one(ha_tinh: Dossier) -> None:
    ha_tinh.clock.set(local("2022-06-23 08:00"))
    with pytest.raises(IncidentNoted) as noted:
        ha_tinh.do("Task_B1_receive", late_reason="x")
    assert str(noted.value).startswith(
        "Bảng “Phí thẩm định, cấp phép bưu chính” không có dòng nào cho: Thủ tục: QT.BC.01; "
        "Trường hợp tính phí: first_issue; Ngày tiếp nhận: 2022-06-23."
    )
    assert ha_tinh.open == ["Task_B1_receive"] and ha_tinh.proved()


def test_a_fee_paid_at_the_counter_is_not_asked_for_again(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive", fee_paid=True, fee_receipt_number="0000007")
    at_result(ha_tinh).do("Task_B7_return", fee_settled=None, fee_settled_receipt=None)
    fee = timeline_of(ha_tinh).fee
    assert fee is not None
    assert (fee.paid, fee.receipt, ha_tinh.row.outcome) == (local("2022-09-26 08:30"), "0000007", "granted")
    assert ha_tinh.proved()


def test_an_unpaid_fee_keeps_the_result_back_until_it_is_settled(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    at_result(ha_tinh)
    for missing, faults in (
        ({"fee_settled": False}, ["fee_settled"]),
        ({"fee_settled_receipt": ""}, ["fee_settled_receipt"]),
        ({"fee_settled": None, "fee_settled_receipt": None}, ["fee_settled", "fee_settled_receipt"]),
    ):
        with pytest.raises(FormRefused) as refused:
            ha_tinh.do("Task_B7_return", **missing)
        assert [fault.path for fault in refused.value.faults] == faults
    task = ha_tinh.runner.tasks.open(ha_tinh.case, "Task_B7_return#1", person("one_stop_clerk"))
    assert task.fee is not None and (task.fee.amount, task.fee.paid) == (10_750_000, None)
    ha_tinh.do("Task_B7_return")
    fee = timeline_of(ha_tinh).fee
    assert fee is not None and (fee.paid, fee.receipt) == (local("2022-10-03 08:00"), "0000123")


def test_only_where_the_fee_is_collected_the_task_shows_it(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    assert ha_tinh.runner.tasks.open(ha_tinh.case, "Task_B2_forward#1", person("one_stop_clerk")).fee is None


# -- the decision, the table and the forms agree ----------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_fees_of_a_procedure_are_its_rows_of_the_table(code: str) -> None:
    facts = read_procedure((ROOT / f"bpmn/ha-tinh/{code}.toml").read_bytes())
    table = read(TABLE.read_bytes())
    rows = {rule.number for rule in table.rules if rule.cells[0].text == f'"{code}"'}
    hits = [table.decide({"fee_case": fee.case, **context(facts.code, facts.decision.effective)}) for fee in facts.fees]
    assert {hit.rule.number for hit in hits} == rows
    assert [(hit.answers["amount"], hit.answers["label"]) for hit in hits] == [
        (fee.amount, fee.label) for fee in facts.fees
    ]


def test_every_row_of_the_table_belongs_to_a_procedure_with_fees() -> None:
    rows = read(TABLE.read_bytes()).rules
    assert sorted({rule.cells[0].text.strip('"') for rule in rows}) == CODES


@pytest.mark.parametrize("code", CHARGED)
def test_the_form_at_the_counter_offers_the_fee_cases_of_the_table(code: str) -> None:
    form = json.loads((ROOT / f"forms/tiep-nhan-{code.lower().replace('.', '-')}.form").read_text(encoding="utf-8"))
    offered = next(found for found in components(form["components"]) if found.get("key") == "fee_case")
    facts = tomllib.loads((ROOT / f"bpmn/ha-tinh/{code}.toml").read_text(encoding="utf-8"))
    assert [option["value"] for option in offered["values"]] == [fee["case"] for fee in facts["fees"]]
    for option, fee in zip(offered["values"], facts["fees"], strict=True):
        assert option["label"].endswith(fee["text"])


def components(found: list[dict[str, object]]) -> list[dict[str, object]]:
    inner = [components(each["components"]) for each in found if isinstance(each.get("components"), list)]  # type: ignore[arg-type]
    return [*found, *(each for several in inner for each in several)]


DISAGREEMENTS = [
    (("10750000", "10750001"), "phi.dmn", "first_issue"),
    (("lần đầu", "lần hai"), "phi.dmn", "first_issue"),
    (('<text>"transfer"</text>', '<text>"transfered"</text>'), "phi.dmn", "transfer"),
    (('"QT.BC.02"', '"QT.BC.01"'), "phi.dmn", "extend_scope"),
    (("2022-06-24", "2022-06-25"), "phi.dmn", "first_issue"),
    (("amount = 4250000", "amount = 4250001"), "QT.BC.01.toml", "transfer"),
]


@pytest.mark.parametrize(("change", "file", "case"), DISAGREEMENTS)
def test_where_table_and_decision_disagree_nothing_is_deployed(
    ha_tinh: Dossier, tmp_path: Path, change: tuple[str, str], file: str, case: str
) -> None:
    diagram = edited(tmp_path)
    path = diagram.parent / file
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    bundle = load(diagram, tmp_path / "content")
    found = [each for each in lint(bundle.diagram, bundle.beside(bundle.diagram)) if each.rule == "decisions"]
    assert found and {each.element for each in found} == {"Rule_fee"}
    assert any(f"“{case}”" in each.message for each in found)
    with pytest.raises(LintFailed):
        ha_tinh.runner.procedures.deploy(diagram, person("analyst"), ha_tinh.now)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id="Table_phi"', 'id="Table_phi" hitPolicy="COLLECT"'),
        ('<decision id="phi"', '<decision id="le-phi"'),
        ('"QT.BC.02"', "procedure"),
        ('"other_change"', '"extend_scope"'),
        ('name="amount"', 'name="cost"'),
        ("<?xml", '<!DOCTYPE d [<!ENTITY x "y">]><?xml'),
    ],
)
def test_a_table_that_cannot_be_used_is_not_deployed(ha_tinh: Dossier, tmp_path: Path, old: str, new: str) -> None:
    diagram = edited(tmp_path)
    path = diagram.parent / "phi.dmn"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(MotcuaError):
        ha_tinh.runner.procedures.deploy(diagram, person("analyst"), ha_tinh.now)
    path.unlink()
    with pytest.raises(LintFailed, match="Không có bảng quyết định “phi”"):
        ha_tinh.runner.procedures.deploy(diagram, person("analyst"), ha_tinh.now)
