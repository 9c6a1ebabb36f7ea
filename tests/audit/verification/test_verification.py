"""Verifications: every night in slices, samples by lot, what is kept of them, one bad row that condemns one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from runner.app import Runner
from runner.audit.verification import words
from runner.domain.record import RecordKind
from runner.domain.verification import Check, Scope, Tally, Word
from runner.store import record_event
from runner.store import verification as reports
from tests.audit.verification.stage import Insider, Stage
from tests.services.office import CLERK, CODE, KEEPER
from tests.world import local


def test_a_night_begins_after_one_and_goes_on_where_it_was_interrupted(stage: Stage) -> None:
    nightly = stage.runner.verification.nightly
    stage.clock.set(local("2022-10-09 00:59"))
    assert nightly.work(stage.now) is None
    stage.clock.set(local("2022-10-09 01:00"))
    first = nightly.work(stage.now, seconds=0)
    assert first is not None and (first.tally.cases, first.ended) == (1, None)
    other, slices = Runner(stage.runner.settings, stage.clock), 1
    while (done := other.verification.nightly.work(stage.now, seconds=0)) and not done.ended:
        slices += 1
    other.close()
    assert done is not None and done.whole and done.tally.cases == stage.runner.verification.count()
    assert slices > done.tally.cases
    assert done.head == stage.runner.record_log.newest().size  # type: ignore[union-attr]
    assert nightly.work(stage.now + timedelta(hours=20)) is None  # once a night
    assert stage.runner.verification.last() == stage.runner.verification.get(done.id)
    stage.clock.set(local("2022-10-10 01:00"))
    assert nightly.work(stage.now)


def test_of_two_workers_that_take_the_same_slice_one_counts(stage: Stage) -> None:
    stage.clock.set(local("2022-10-09 01:00"))
    nightly = stage.runner.verification.nightly
    before = nightly.work(stage.now, seconds=0)
    assert before is not None
    one, two = (nightly._slice(before, stage.now, 0) for _ in range(2))
    with stage.runner.database.change() as tx:
        assert [reports.go_on(tx, before, each) for each in (one, two)] == [True, False]


def test_a_sample_is_drawn_by_its_seed_and_kept_with_what_the_record_was_told(stage: Stage, insider: Insider) -> None:
    verification = stage.runner.verification
    one, two = (verification.sample(stage.now, KEEPER, seed=3) for _ in range(2))
    assert (one.scope, one.by, one.progress) == (Scope.SAMPLE, KEEPER.id, {"seed": 3})
    assert one.tally.to_json() == two.tally.to_json() and verification.newest(1)[0].id == two.id
    with stage.runner.database.read() as tx:
        told = record_event.events(tx, kinds=[RecordKind.VERIFICATION], subject=str(two.id))
    assert [each.actor for each in told] == [KEEPER.id]
    insider.do(
        "UPDATE verification SET tally = replace(tally, '\"found\"', '\"lost\"'), head = 1 WHERE id = :id", id=two.id
    )
    assert {each.about for each in stage.report().tally.findings} == {f"verification[{two.id}].head"}


def test_what_is_kept_of_a_report_names_no_person(stage: Stage, insider: Insider) -> None:
    insider.do("UPDATE \"case\" SET subject = 'Trần Văn Bí Mật' WHERE id = 1")
    live = stage.report().tally.findings
    assert [each.recorded for each in live] == ["Trần Văn Bí Mật"]
    kept = stage.runner.verification.sample(stage.now, KEEPER, seed=1)
    read = stage.runner.verification.get(kept.id).tally.findings
    assert [(each.case, each.about, each.recorded, each.computed) for each in read] == [(1, "case[1].subject", "", "")]


def test_one_bad_row_condemns_one_case_and_the_sweep_goes_on(stage: Stage, insider: Insider) -> None:
    if insider.sqlite:
        insider.do("UPDATE journal SET at = 'hôm qua', actor = CAST(x'ff00' AS TEXT) WHERE \"case\" = 2 AND seq = 1")
    else:
        insider.do("UPDATE journal SET payload = payload || ' ', state = '\\x00' WHERE \"case\" = 2 AND seq = 1")
    report = stage.report()
    assert report.tally.cases == stage.runner.verification.count()
    assert {each.case for each in report.tally.findings} == {2} and report.tally.diverging == 1
    assert report.word(Check.CHAIN) == Word.DIVERGES and report.word(Check.NUMBERS) == Word.MATCHES


def test_what_agrees_is_proven_only_with_a_head_and_a_witness(stage: Stage) -> None:
    report = stage.report()
    assert {report.word(check) for check in Check} == {Word.MATCHES} and report.head and not report.witnessed
    assert words.result(report, Check.CHAIN) == "Khớp, mốc chưa có người chứng"
    assert words.result(replace(report, head=0), Check.CHAIN) == "Khớp, chưa có mốc"
    drawn = replace(report, head=0, scope=Scope.SAMPLE)
    assert words.result(drawn, Check.CHAIN) == "Khớp, chưa đối chiếu với mốc"
    nothing = replace(report, tally=Tally())
    assert words.result(nothing, Check.FILES) == "Không có gì để kiểm"
    assert words.result(replace(nothing, scope=Scope.SAMPLE), Check.FILES) == "Chưa kiểm"
    (stage.keys / "record.key.pub").unlink()
    assert stage.report().word(Check.HEADS) == Word.UNCHECKABLE


def test_a_restart_of_the_clock_is_told_as_a_moment_that_goes_back(stage: Stage) -> None:
    stage.start(CODE)
    case = stage.case
    stage.clock.advance(timedelta(hours=-1))
    stage.runner.cases.cancel(case, "Rút", CLERK, stage.now)
    found = [each for each in stage.report().tally.findings if each.case == case]
    assert [(each.check, each.what, each.seq) for each in found if each.what == "earlier"] == [
        (Check.MOMENTS, "earlier", 2)
    ]


def test_a_part_of_the_log_is_believed_up_to_a_head(stage: Stage) -> None:
    whole = stage.runner.verification.log(stage.now)
    since = stage.runner.verification.log(stage.now, since=stage.now)
    assert whole.tally.checked[Check.LOG] > since.tally.checked[Check.LOG] == 0
    assert not since.tally.found and since.head == whole.head
