"""Samples: drawn again by their seed, kept as they were, written about until they are signed, on both databases."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from runner.audit.sampling import drawing, refusal
from runner.audit.sampling.content import content
from runner.audit.sampling.paper import pdf
from runner.audit.sampling.samples import Draw
from runner.domain.person import Role
from runner.domain.record import RecordEvent, RecordKind
from runner.domain.sample import Grouping, Look, Remark, Severity
from runner.store import record_event
from runner.store import sampling as store
from runner.store.sampling import WrittenMeanwhile
from tests.audit.verification.stage import Insider
from tests.papers.test_paper import text as words
from tests.services.departments import OTHER, builder, role
from tests.services.office import PROVINCE, Office

AUDITOR = role(Role.AUDITOR)
LATER = timedelta(days=1)
POPULATIONS = st.dictionaries(st.integers(1, 10**9), st.sampled_from(["", "a", "b", "ô"]), min_size=1, max_size=60)


def events(office: Office) -> list[RecordEvent]:
    with office.runner.database.read() as tx:
        return record_event.events(tx, kinds=[RecordKind.SAMPLE])


def asked(size: int = 3, **more: object) -> Draw:
    return Draw(PROVINCE, "Quý III", size, **{"seed": 7} | more)  # type: ignore[arg-type]


@pytest.fixture
def cases(office: Office) -> Office:
    """Six cases of one department and two of the other."""
    for _ in range(6):
        office.begin()
    for _ in range(2):
        office.runner.cases.start(OTHER, builder("xd_clerk"), office.now)
    return office


@given(POPULATIONS, st.integers(0, 10**15 - 1), st.data())
def test_the_same_seed_over_the_same_population_is_the_same_sample(
    strata: dict[int, str], seed: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(len(set(strata.values())), len(strata)))
    drawn = drawing.draw(strata, seed, size)
    assert drawn == drawing.draw(dict(reversed(strata.items())), seed, size)
    assert len(drawn) == len(set(drawn)) == size and set(drawn) <= set(strata)
    sizes = {name: list(strata.values()).count(name) for name in strata.values()}
    given_ = drawing.shares(sizes, size)
    assert {name: sum(strata[id] == name for id in drawn) for name in sizes} == given_
    for name, count in given_.items():
        left = sum(sizes.values()) - len(sizes)
        exact = 1 + ((size - len(sizes)) * (sizes[name] - 1) / left if left else 0)
        assert 1 <= count <= sizes[name] and abs(count - exact) < 1


def test_a_seed_draws_for_ever_what_it_draws_now() -> None:
    assert drawing.draw({id: "ab"[id % 3 == 0] for id in range(1, 31)}, 20221001, 6) == [14, 16, 18, 26, 27, 29]
    assert drawing.digest([3, 1, 20]) == "f3a883f7d45e2fee0de09b1b64e76f35e95fd60d6aadfbe92ebacb89cfa5d61b"


def test_a_sample_is_kept_as_it_was_drawn_and_the_record_has_all_of_it(cases: Office) -> None:
    samples = cases.runner.samples
    made = samples.draw(asked(4, grouping=Grouping.PROCEDURE), AUDITOR, cases.now)
    file = samples.get(made.id, AUDITOR)
    assert made.strata == (("mau/hai-nhanh", 6, 3), (OTHER, 2, 1)) and made.population == 8
    assert made.digest == drawing.digest(range(1, 9)) and file.whole
    again = samples.draw(asked(4, grouping=Grouping.PROCEDURE), AUDITOR, cases.now)
    assert [each.case.id for each in samples.get(again.id, AUDITOR).cases] == [each.case.id for each in file.cases]
    told, _ = events(cases)
    assert (told.actor, told.subject, told.province) == (AUDITOR.id, str(made.id), PROVINCE)
    assert (told.facts["seed"], told.facts["digest"], told.facts["population"]) == (7, made.digest, 8)
    assert told.facts["cases"] == [[each.case.id, each.stratum] for each in file.cases]
    assert samples.same_population(made.id, AUDITOR)
    cases.begin()
    assert not samples.same_population(made.id, AUDITOR)


def test_a_share_is_rounded_up_and_officers_and_outcomes_are_strata(cases: Office) -> None:
    samples = cases.runner.samples
    with cases.runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET outcome = 'granted' WHERE id = 1"))
    assert len(samples.get(samples.draw(asked(30, share=True), AUDITOR, cases.now).id, AUDITOR).cases) == 3
    by_outcome = samples.draw(asked(4, grouping=Grouping.OUTCOME), AUDITOR, cases.now)
    assert by_outcome.strata == (("", 7, 3), ("granted", 1, 1))
    assert samples.draw(asked(4, grouping=Grouping.OFFICER), AUDITOR, cases.now).population == 8
    assert samples.draw(asked(2, procedure=OTHER), AUDITOR, cases.now).digest == drawing.digest([7, 8])


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"title": " "}, refusal.TitleMissing, "title"),
        ({"size": 0}, refusal.SizeInvalid, "size"),
        ({"size": 9}, refusal.SizeTooLarge, "size"),
        ({"size": 101, "share": True}, refusal.ShareInvalid, "size"),
        ({"size": 1, "grouping": Grouping.PROCEDURE}, refusal.FewerThanStrata, "size"),
        ({"seed": 10**15}, refusal.SeedInvalid, "seed"),
        ({"procedure": "mau/khong-co"}, refusal.PopulationEmpty, "draw"),
        ({"province": "ca-mau"}, refusal.PopulationEmpty, "draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_its_field(
    cases: Office, wrong: dict[str, object], error: type[refusal.SampleRefused], field: str
) -> None:
    values = {"province": PROVINCE, "title": "Quý III", "size": 3} | wrong
    with pytest.raises(error) as refused:
        cases.runner.samples.draw(Draw(**values), AUDITOR, cases.now)  # type: ignore[arg-type]
    assert refused.value.field == field and events(cases) == []


def test_samples_are_there_for_those_alone_who_read_the_whole_population(cases: Office) -> None:
    samples, now = cases.runner.samples, cases.now
    agency, own = role(f"{Role.AUDITOR}@so-xd"), role(f"{Role.AUDITOR}@own")
    every = samples.draw(asked(3), AUDITOR, now)
    ours = samples.draw(asked(2), agency, now)
    theirs = samples.draw(asked(2), own, now)
    assert ours.digest == drawing.digest([7, 8]) and theirs.digest == drawing.digest(range(1, 7))
    seen = {AUDITOR: [theirs, ours, every], agency: [ours], own: [theirs], role(Role.ADMINISTRATOR): []}
    for person, found in seen.items():
        assert [each.sample for each in samples.newest(person)] == found, person.id
        for sample in (each for each in (every, ours, theirs) if each not in found):
            for act in (
                samples.get,
                lambda id, who: samples.sign(id, who, now),
                lambda id, who: samples.remark(id, 7, "seen", "", "", 0, who, now),
                samples.same_population,
            ):
                with pytest.raises(refusal.SampleUnknown):
                    act(sample.id, person)


def test_a_file_is_written_until_it_is_signed_and_the_paper_has_everything(cases: Office) -> None:
    samples, now = cases.runner.samples, cases.now
    id = samples.draw(asked(2, procedure=OTHER), AUDITOR, now).id
    samples.remark(id, 7, "seen", "", "Đúng hạn", 1, AUDITOR, now)
    with pytest.raises(refusal.CasesUnseen, match="1"):
        samples.sign(id, AUDITOR, now)
    samples.remark(id, 8, Look.FOUND, Severity.SERIOUS, "Không ghi lý do", 0, AUDITOR, now)
    samples.remark(id, 8, Look.SEEN, "", "Đã hỏi cán bộ", 0, AUDITOR, now + LATER)
    first, second = samples.get(id, AUDITOR).cases
    assert (first.look, second.look) == (Look.SEEN, Look.FOUND)
    before = samples.get(id, AUDITOR)
    digest = samples.sign(id, AUDITOR, now + 2 * LATER)
    file = samples.get(id, AUDITOR)
    assert file.whole and file.signature and file.signature.text == digest == events(cases)[-1].facts["sha256"]
    assert file.cases == before.cases
    with pytest.raises(refusal.FileSigned):
        samples.remark(id, 7, "seen", "", "", 0, AUDITOR, now)
    with pytest.raises(refusal.FileSigned):
        samples.sign(id, AUDITOR, now)
    made = pdf(file, "Mẫu", {AUDITOR.id: "Trịnh Thị Loan"})
    assert made == pdf(samples.get(id, AUDITOR), "Mẫu", {AUDITOR.id: "Trịnh Thị Loan"})
    said = " ".join(words(made).split())
    for part in ("TỆP KIỂM TRA", "Đúng hạn", "Nghiêm trọng Không ghi lý do", "Trịnh Thị Loan", "Đã ký", "Hạt giống 7"):
        assert part in said, part
    assert digest in said.replace(" ", "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("nonsense", "", "x", 0), "look"),
        (("signed", "", "x", 0), "look"),
        (("found", "", "x", 0), "severity"),
        (("found", "heavy", "x", 0), "severity"),
        (("seen", "low", "x", 0), "severity"),
        (("found", "low", " ", 0), "text"),
        (("seen", "", "x" * 1001, 0), "text"),
        (("seen", "", "a\x00b", 0), "text"),
        (("seen", "", "", 99), "entry"),
    ],
)
def test_a_remark_that_cannot_be_is_refused_at_its_field(
    cases: Office, values: tuple[str, str, str, int], field: str
) -> None:
    id = cases.runner.samples.draw(asked(2, procedure=OTHER), AUDITOR, cases.now).id
    with pytest.raises(refusal.RemarkRefused) as refused:
        cases.runner.samples.remark(id, 7, *values, AUDITOR, cases.now)
    assert refused.value.field == field
    with pytest.raises(refusal.CaseNotDrawn):
        cases.runner.samples.remark(id, 1, "seen", "", "", 0, AUDITOR, cases.now)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE sample SET seed = 8",
        "UPDATE sample SET title = 'x'",
        "UPDATE sample_case SET stratum = 'x' WHERE \"case\" = 7",
        'DELETE FROM sample_case WHERE "case" = 7',
        "UPDATE sample_remark SET text = 'Không có gì' WHERE number = 1",
        "DELETE FROM sample_remark WHERE number = 1",
        "DELETE FROM sample_remark WHERE number = 3",
        "UPDATE sample_remark SET \"by\" = 'x' WHERE number = 3",
    ],
)
def test_an_edited_file_does_not_agree_with_the_record_and_the_database_refuses_the_edit(
    cases: Office, database_url: str, edit: str
) -> None:
    samples = cases.runner.samples
    id = samples.draw(asked(2, procedure=OTHER), AUDITOR, cases.now).id
    for case in (7, 8):
        samples.remark(id, case, "seen", "", "Đã hỏi", 0, AUDITOR, cases.now)
    samples.sign(id, AUDITOR, cases.now)
    assert samples.get(id, AUDITOR).whole
    with pytest.raises(IntegrityError, match="append-only"), cases.runner.database.change() as tx:
        tx.execute(text(edit))
    with closing(Insider(database_url)) as insider:
        insider.do(edit)
    assert not samples.get(id, AUDITOR).whole


def test_a_second_sign_off_of_edited_notes_does_not_agree_with_the_record(cases: Office, database_url: str) -> None:
    samples, now = cases.runner.samples, cases.now
    made = samples.draw(asked(2, procedure=OTHER), AUDITOR, now)
    for case in (7, 8):
        samples.remark(made.id, case, "seen", "", "Đã hỏi", 0, AUDITOR, now)
    samples.sign(made.id, AUDITOR, now)
    with closing(Insider(database_url)) as insider:
        insider.do("UPDATE sample_remark SET text = 'Không có gì' WHERE number = 1")
        with cases.runner.database.change() as tx:
            forged = content(made, store.cases(tx, made.id), store.remarks(tx, made.id))
            facts = {"act": "sign", "sha256": forged, "remarks": 2}
            record_event.append(tx, RecordKind.SAMPLE, AUDITOR.id, now, str(made.id), facts, PROVINCE)
        insider.do(f"UPDATE sample_remark SET text = '{forged}' WHERE number = 3")
    assert not samples.get(made.id, AUDITOR).whole


def test_a_file_whose_case_is_gone_does_not_agree_with_the_record(cases: Office, database_url: str) -> None:
    samples = cases.runner.samples
    id = samples.draw(asked(2, procedure=OTHER), AUDITOR, cases.now).id
    assert samples.get(id, AUDITOR).whole
    with closing(Insider(database_url)) as insider:
        insider.do('UPDATE "case" SET id = 99 WHERE id = 7')
    left = samples.get(id, AUDITOR)
    assert (len(left.cases), left.whole) == (1, False)


def test_many_samples_of_others_hide_none_of_ones_own(cases: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.audit.sampling.samples.CHUNK", 2)
    samples, now, agency = cases.runner.samples, cases.now, role(f"{Role.AUDITOR}@so-xd")
    ours = [samples.draw(asked(2), agency, now)]
    for _ in range(5):
        samples.draw(asked(3), AUDITOR, now)
    ours.insert(0, samples.draw(asked(1), agency, now))
    assert [each.sample for each in samples.newest(agency)] == ours
    assert [each.sample for each in samples.newest(agency, limit=1)] == ours[:1]
    assert [each.sample for each in samples.newest(agency, before=ours[0].id)] == ours[1:]


def test_two_who_write_at_once_take_no_number_twice(cases: Office) -> None:
    id = cases.runner.samples.draw(asked(2, procedure=OTHER), AUDITOR, cases.now).id
    cases.runner.samples.remark(id, 7, "seen", "", "", 0, AUDITOR, cases.now)
    with pytest.raises(WrittenMeanwhile), cases.runner.database.change() as tx:
        store.remark(tx, Remark(id, 1, 8, cases.now, AUDITOR.id, "seen", "", "", 0))
