"""A bundle of a case: whole it proves the case anywhere, and no byte of it can change unseen."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import text as statement

from runner.audit.evidence.proofs import HeadForeign
from runner.audit.evidence.reexecution import check
from runner.audit.evidence.verifier.container import Folder
from runner.audit.evidence.verifier.contents import Bundle
from runner.audit.evidence.verifier.head import read_head, read_keys
from runner.audit.evidence.verifier.program import BROKEN, From
from runner.audit.evidence.verifier.words import Fault
from runner.domain.head_watch import Cosignature, HeadStamp
from runner.domain.journal import canonical, digest
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.record import RecordKind
from runner.record.note import COSIGNER, Checkpoint, Note, NoteInvalid, Signer, signature_line, signed
from runner.services.access import CaseUnknown
from runner.services.text_rules import ReasonMissing
from runner.services.witnesses import WitnessAddress
from runner.store import head_watch, record_event
from tests.audit.evidence.exhibit import GROUND, Exhibit, contents, packed, resealed, rewritten, verdict
from tests.audit.evidence.record import GOLDEN
from tests.services.office import CLERK, CODE, DIRECTOR, KEEPER, NEIGHBOUR, PROVINCE, SPECIALIST
from tests.web.every_component import PDF
from tests.world import person

FULL = os.environ.get("MOTCUA_FAULTS") == "full"
SPOTS = 6
"""Bytes that change in each file, one at a time."""
MADE = ("report.pdf", "README.txt", "verify.py", "papers/")
"""What is made of the record, for readers: the manifest has its digests, and nothing else binds it."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "case.zip"


def test_it_proves_a_case_that_two_people_worked_on(exhibit: Exhibit, file: Path) -> None:
    bundle, made = exhibit.export()
    file.write_bytes(bundle)
    found = verdict(file, From(digest=made.sha256))
    assert found.code == 0, found.text
    for sentence in (
        "The .zip has the digest that was given.",
        "3 entries of the journal are one chain",
        "1 versions of the procedure have the digests",
        "1 attached files are as the journal says.",
        "Entries 1 were there before 09:00 26/09/2022 (UTC+7)",
        f"Digest of the contents, as the report has it: {made.contents}",
    ):
        assert sentence in found.text
    names = contents(bundle)
    assert {name.partition("/")[0] for name in names if "/" in name} == {
        *("attachments", "calendars", "heads", "organisations", "versions")
    }
    assert PDF in names.values()
    again = check(file)
    assert (again.code, again.again) == (0, True)


def test_making_it_is_recorded_with_its_ground_and_digest_and_is_proven_by_the_next_one(exhibit: Exhibit) -> None:
    _, made = exhibit.export()
    with exhibit.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    assert (event.actor, event.subject) == (f"auditor@{PROVINCE}", "1")
    assert event.facts["sha256"] == made.sha256
    assert (event.facts["ground"], event.facts["personal"]) == (GROUND, True)
    with pytest.raises(ReasonMissing):
        exhibit.runner.evidence.export(1, " ", SYSTEM, exhibit.now, sys.stdout.buffer)


@pytest.mark.parametrize("who", [CLERK, SPECIALIST, NEIGHBOUR, person(Role.AUDITOR), person(Role.ANALYST, PROVINCE)])
def test_only_auditors_and_administrators_of_the_case_take_it_away(exhibit: Exhibit, who: Person) -> None:
    with pytest.raises(CaseUnknown):
        exhibit.export(who)
    assert exhibit.export(person(Role.ADMINISTRATOR, PROVINCE))[1].entries == 3


def test_the_file_checks_it_on_a_machine_without_this_software_in_both_languages(bundle: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    for name, content in contents(bundle).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "case.zip").write_bytes(bundle)
    before = sorted(folder.rglob("*"))
    for arguments, said in (
        ([], "KẾT LUẬN: nguyên vẹn"),
        (["--lang", "en"], "RESULT: whole, and proven"),
        ([str(tmp_path / "case.zip")], "KẾT LUẬN: nguyên vẹn"),
        ([str(folder), "--key", str(folder / "keys.txt")], "KẾT LUẬN: nguyên vẹn"),
    ):
        run = alone(folder / "verify.py", *arguments)
        assert run.returncode == 0, run.stdout
        assert said in run.stdout
    assert sorted(folder.rglob("*")) == before
    assert alone(folder / "verify.py", "--nonsense").returncode == 3
    assert alone(folder / "verify.py", str(tmp_path / "missing.zip")).returncode == 3
    assert alone(folder / "verify.py", "--key", "nonsense").returncode == 3
    (folder / "more.txt").write_text("x")
    run = alone(folder / "verify.py")
    assert run.returncode == 1 and "Tệp không thuộc gói: more.txt" in run.stdout


def alone(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in an interpreter that has nothing but the standard library."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})


def test_a_bundle_that_went_out_is_proven_by_itself_by_this_version_and_by_the_engine(tmp_path: Path) -> None:
    assert verdict(GOLDEN).code == 0
    again = check(GOLDEN)
    assert (again.code, again.again) == (0, True)
    program = tmp_path / "verify.py"
    program.write_bytes(contents(GOLDEN.read_bytes())["verify.py"])
    assert alone(program, str(GOLDEN)).returncode == 0


def test_no_byte_of_any_file_changes_unseen(bundle: bytes, file: Path) -> None:
    chance, files = random.Random(20180423), contents(bundle)
    for name, content in files.items():
        for place in sorted(chance.sample(range(len(content)), SPOTS)):
            changed = bytearray(content)
            changed[place] ^= 1 << chance.randrange(8)
            file.write_bytes(packed({**files, name: bytes(changed)}))
            found = verdict(file)
            assert found.code == 1, (name, place, found.text)


def test_no_byte_of_any_file_changes_unseen_in_any_place(bundle: bytes) -> None:
    """One byte at a time, in a full run each; without a zip around them, whose own check sums would see it too."""
    chance, files = random.Random(20180423), contents(bundle)
    assert not list(Bundle(Held(files)).faults())
    for name, content in files.items():
        for place in range(0, len(content), 1 if FULL else 211):
            changed = bytearray(content)
            changed[place] ^= 1 << chance.randrange(8)
            assert seen({**files, name: bytes(changed)}), (name, place)


class Held(Folder):
    """Files in memory, as those of a folder."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.sizes = {name: len(content) for name, content in files.items()}

    def pieces(self, name: str) -> Iterator[bytes]:
        yield self.files[name]


def seen(files: Mapping[str, bytes]) -> bool:
    """Whether the manifest is refused, or does not fit the files."""
    try:
        return bool(list(Bundle(Held(files)).faults()))
    except (Fault, *BROKEN):
        return True


def test_no_byte_of_the_zip_itself_changes_unseen(bundle: bytes, file: Path) -> None:
    chance = random.Random(20150129)
    for place in chance.sample(range(len(bundle)), 5_000 if FULL else 60):
        changed = bytearray(bundle)
        changed[place] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        assert verdict(file).code == 1, place


def test_no_byte_of_the_record_changes_unseen_though_the_manifest_was_made_to_fit(bundle: bytes, file: Path) -> None:
    """A forger writes a new manifest; what the record proves is still bound, by hashes that end in a signed head."""
    chance, files = random.Random(19930209), contents(bundle)
    bound = [name for name in files if not name.startswith((*MADE, "manifest.json", "case.json", "keys.txt"))]
    assert {name.partition("/")[0] for name in bound} >= {"journal.json", "record.json", "heads", "versions"}
    for name in bound:
        for _ in range(SPOTS * (20 if FULL else 1)):
            changed = bytearray(files[name])
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            file.write_bytes(resealed({**files, name: bytes(changed)}))
            found = verdict(file)
            blank = name.endswith(".json") and same_json(files[name], bytes(changed))
            assert found.code in ((0, 1) if blank else (1, 2)), (name, found.text)


def same_json(one: bytes, other: bytes) -> bool:
    """Whether two files say the same: a blank between tokens says nothing."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def test_a_file_that_is_cut_added_swapped_renamed_or_missing_is_named(bundle: bytes, file: Path) -> None:
    files = contents(bundle)
    for name in files:
        others = {other: content for other, content in files.items() if other != name}
        cases = {
            "cut": packed({**files, name: files[name][:-1]}),
            "missing": packed(others),
            "renamed": packed({**others, f"{name}x": files[name]}),
        }
        for what, altered in cases.items():
            file.write_bytes(altered)
            assert verdict(file).code == 1, (name, what)
    file.write_bytes(packed({**files, "more.txt": b"x"}))
    assert "A file is not of the bundle: more.txt" in verdict(file).text
    first, second, *_ = (name for name in files if name.startswith("heads/"))
    file.write_bytes(packed({**files, first: files[second], second: files[first]}))
    assert verdict(file).code == 1
    for cut in (1, 22, 1000, len(bundle) // 2, len(bundle) - 1):
        file.write_bytes(bundle[:-cut])
        assert verdict(file).code == 1


def forgeries() -> dict[str, tuple[str, Any]]:
    """What a forger does to the files of a case, by what it is called."""

    def entry(**changes: Any) -> Any:
        return lambda journal: journal["entries"][1].update(changes)

    def restamped(journal: Any) -> None:
        """All hashes of the chain made to fit a changed entry."""
        journal["entries"][1]["actor"] = "somebody"
        previous = "00" * 32
        for seq, each in enumerate(journal["entries"], 1):
            each["previous"] = previous
            names = ("at", "actor", "kind", "payload_sha256", "state", "previous")
            previous = each["hash"] = digest(canonical([1, seq, *(each[name] for name in names)])).hex()

    return {
        "another actor": ("journal.json", entry(actor="somebody")),
        "another moment": ("journal.json", entry(at="2022-09-26T01:00:00.000000Z")),
        "another payload": ("journal.json", entry(payload={"who": {}})),
        "a payload without its salt": ("journal.json", lambda journal: journal["entries"][1].pop("salt")),
        "a payload that is hidden": ("journal.json", entry(payload=None)),
        "the tail cut off": ("journal.json", lambda journal: journal["entries"].pop()),
        "an entry taken out": ("journal.json", lambda journal: journal["entries"].pop(0)),
        "an entry twice": ("journal.json", lambda journal: journal["entries"].append(journal["entries"][-1])),
        "no entries": ("journal.json", lambda journal: journal["entries"].clear()),
        "a chain made to fit": ("journal.json", restamped),
        "another case": ("journal.json", lambda journal: journal.update(case=2)),
        "another version": ("case.json", lambda case: case["versions"][0].update(digest="ab" * 32)),
        "no version": ("case.json", lambda case: case["versions"].clear()),
        "an event": ("record.json", lambda record: record["events"][0]["facts"].update(number=7)),
        "a path": ("record.json", lambda record: record["leaves"][0]["path"].reverse()),
        "an index": ("record.json", lambda record: record["leaves"][0].update(index=0)),
        "no proof that heads continue": ("record.json", lambda record: record["consistency"].clear()),
    }


@pytest.mark.parametrize("name", forgeries())
def test_a_forgery_with_a_manifest_to_fit_is_seen(bundle: bytes, file: Path, name: str) -> None:
    where, change = forgeries()[name]
    file.write_bytes(rewritten(contents(bundle), where, change))
    found = verdict(file)
    assert found.code == 1, found.text


@pytest.mark.parametrize("name", ["case.json", "journal.json", "record.json", "manifest.json", "keys.txt"])
@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b"7", b'{"entries":7,"case":1}', b"[" * 100_000, b'{"a":1,"a":2}', b"\xff"]
)
def test_a_file_in_another_form_is_told_and_nothing_breaks(
    bundle: bytes, file: Path, name: str, content: bytes
) -> None:
    files = {**contents(bundle), name: content}
    file.write_bytes(packed(files) if name == "manifest.json" else resealed(files))
    assert verdict(file).code == 1


def test_a_forger_with_a_key_of_their_own_is_seen_by_whoever_knows_the_key_or_a_head(bundle: bytes, file: Path) -> None:
    """The whole bundle is made anew and signed with another key: only what is had from elsewhere shows it."""
    files = contents(bundle)
    forger = Signer.new("so-mau.example/motcua")
    forged = dict(files)
    for name in [each for each in files if each.startswith("heads/")]:
        text = files[name].decode().partition("\n\n")[0] + "\n"
        forged[name] = signed(text, [forger.line(text)]).encode()
    forged["keys.txt"] = f"{forger.verifier}\n".encode()
    file.write_bytes(resealed(forged))
    assert verdict(file).code == 0, "its own key fits"
    [key] = read_keys("keys.txt", files["keys.txt"].decode())
    assert verdict(file, From([key])).code == 1
    file.write_bytes(bundle)
    assert "bundle's own" not in verdict(file, From([key])).text


def test_a_head_from_elsewhere_is_compared(bundle: bytes, file: Path) -> None:
    files = contents(bundle)
    newest = max((name for name in files if name.startswith("heads/")), key=lambda name: int(name[6:-4]))
    head = read_head(newest, files[newest])
    file.write_bytes(bundle)
    assert "(14) is the bundle's" in verdict(file, From(head=head)).text
    other = read_head(newest, files[newest].replace(b64encode(head.root), b64encode(bytes(32))))
    assert verdict(file, From(head=other)).code == 1
    assert b64decode(b64encode(head.root)) == head.root


def test_a_head_from_elsewhere_vouches_for_no_other_key_of_the_bundle(bundle: bytes, file: Path) -> None:
    """The forger leaves the true head where it is, and dates another of their own years back."""
    files, forger = contents(bundle), Signer.new("so-mau.example/motcua")
    true = read_head("heads/14.txt", files["heads/14.txt"])
    first = next(name for name in sorted(files) if name.startswith("heads/") and name != "heads/14.txt")
    said = replace(
        Checkpoint.read(files[first].decode().partition("\n\n")[0] + "\n"), more=("at 2019-01-01T00:00:00Z",)
    )
    files[first] = signed(str(said), [forger.line(str(said))]).encode()
    files["keys.txt"] += f"{forger.verifier}\n".encode()
    file.write_bytes(resealed(files))
    found = verdict(file, From(head=true))
    assert found.code == 2 and "another key" in found.text
    [key] = [key for key in read_keys("keys.txt", files["keys.txt"].decode()) if key.key != forger.verifier.key]
    assert verdict(file, From([key], true)).code == 1


@pytest.mark.parametrize(
    "said", [{"number": "H26.99-221005-0001"}, {"province": "khac"}, {"procedure": "mau/khac"}, {"case": 2}]
)
def test_a_bundle_that_calls_itself_another_case_is_seen(bundle: bytes, file: Path, said: dict[str, Any]) -> None:
    file.write_bytes(rewritten(contents(bundle), "case.json", lambda case: case.update(said)))
    assert verdict(file).code == 1


def test_a_fork_that_the_same_key_signed_is_seen_by_a_head_from_elsewhere(bundle: bytes, file: Path) -> None:
    key, files = Signer.new("so-mau.example/motcua"), contents(bundle)
    texts = {name: content.decode().partition("\n\n")[0] + "\n" for name, content in files.items() if "heads/" in name}
    files |= {name: signed(text, [key.line(text)]).encode() for name, text in texts.items()}
    file.write_bytes(resealed({**files, "keys.txt": f"{key.verifier}\n".encode()}))
    text = str(replace(Checkpoint.read(texts["heads/14.txt"]), root=b"\x01" * 32))
    fork = read_head("fork", signed(text, [key.line(text)]).encode())
    found = verdict(file, From(head=fork))
    assert found.code == 1 and "is NOT the bundle's" in found.text
    text = str(replace(Checkpoint.read(texts["heads/14.txt"]), size=99))
    later = read_head("later", signed(text, [key.line(text)]).encode())
    assert verdict(file, From(head=later)).code == 2


def test_a_head_that_the_recipient_holds_is_continued_by_the_bundles(exhibit: Exhibit, file: Path) -> None:
    old = exhibit.runner.record_log.newest()
    assert old
    exhibit.later(minutes=6).start(CODE)  # another case: the head before it covers no first entry of this one
    exhibit.runner.tick()
    held_only = exhibit.runner.record_log.newest()
    assert held_only and held_only.size > old.size
    old, exhibit.case = held_only, 1
    exhibit.later(minutes=6).runner.cases.message(1, "supplement_received", CLERK, exhibit.now)
    bundle, _ = exhibit.export()
    file.write_bytes(bundle)
    held = read_head("held", old.note.encode())
    assert verdict(file, From(head=held)).code == 2
    target = io.BytesIO()
    exhibit.runner.evidence.export(1, GROUND, SYSTEM, exhibit.now, target, outside=old.note)
    file.write_bytes(target.getvalue())
    found = verdict(file, From(head=held))
    assert found.code == 0 and f"({old.size}) is the bundle's" in found.text
    [key] = (Signer.read(line) for line in Path(exhibit.runner.settings.record.key).read_text().splitlines())
    for size, root in ((old.size, bytes(32)), (old.size + 1000, old.root)):
        text = str(replace(Checkpoint.read(Note.read(old.note).text), size=size, root=root))
        with pytest.raises(HeadForeign):
            exhibit.runner.evidence.export(
                1, GROUND, SYSTEM, exhibit.now, target, outside=signed(text, [key.line(text)])
            )
    other = Signer.new("so-mau.example/motcua")
    text = Note.read(old.note).text
    with pytest.raises(HeadForeign):
        exhibit.runner.evidence.export(1, GROUND, SYSTEM, exhibit.now, target, outside=signed(text, [other.line(text)]))
    with pytest.raises(NoteInvalid):
        exhibit.runner.evidence.export(1, GROUND, SYSTEM, exhibit.now, target, outside="nonsense")


def test_without_personal_data_the_hashes_still_hold_and_what_is_left_out_is_named(
    exhibit: Exhibit, file: Path
) -> None:
    bundle, made = exhibit.export(everything=False)
    file.write_bytes(bundle)
    found = verdict(file)
    assert found.code == 0, found.text
    assert "Left out: what the entries 1, 3 say." in found.text
    assert "Left out: 1 attached files." in found.text
    assert made.withheld == (1, 3)
    names = contents(bundle)
    for hidden in ("Nguyễn Thị Hồng", "đơn.pdf", f"specialist@{PROVINCE}.vn"):
        assert not [name for name, content in names.items() if hidden.encode() in content], hidden
        assert hidden not in text(names["report.pdf"])
    assert PDF not in names.values() and not [name for name in names if name.startswith("papers/")]
    again = check(file)
    assert (again.code, again.again) == (2, None)
    assert "1, 3" in again.said


def test_of_a_case_from_which_data_was_erased_the_bundle_proves_and_runs_what_is_left(
    exhibit: Exhibit, file: Path
) -> None:
    exhibit.runner.people.save(KEEPER)
    exhibit.runner.people.save(DIRECTOR)
    exhibit.runner.retention.erasures.carry_out(1, "Điều 16 Nghị định 13/2023/NĐ-CP", KEEPER, DIRECTOR, exhibit.now)
    exhibit.forget()
    bundle, _ = exhibit.export()
    file.write_bytes(bundle)
    found = verdict(file)
    assert found.code == 0, found.text
    assert "Lawfully erased: what the entries 1, 3 said." in found.text
    assert "đơn.pdf".encode() not in bundle and PDF not in contents(bundle).values()
    again = check(file)
    assert (again.code, again.again) == (0, True), again.said
    less, _ = exhibit.export(everything=False)
    file.write_bytes(less)
    assert verdict(file).code == 0


def test_what_no_erasure_names_cannot_be_called_erased(bundle: bytes, file: Path) -> None:
    files = contents(bundle)
    journal, about = json.loads(files["journal.json"]), json.loads(files["case.json"])
    journal["entries"][1].update(payload=None)
    journal["entries"][1].pop("salt")
    about["erased"] = [2]
    changed = {"journal.json": canonical(journal).encode(), "case.json": canonical(about).encode()}
    file.write_bytes(resealed({**files, **changed}))
    assert verdict(file).code == 1


def test_without_a_signed_head_it_is_whole_and_proves_nothing(database_url: str, tmp_path: Path, file: Path) -> None:
    office = Exhibit(database_url, tmp_path, signed=False)
    bundle, made = office.export()
    office.runner.close()
    file.write_bytes(bundle)
    assert made.head == 0
    found = verdict(file)
    assert found.code == 2 and "The bundle has no signed head." in found.text
    assert "chưa điều gì được chứng minh" in text(contents(bundle)["report.pdf"])


def test_of_a_case_that_was_altered_the_bundle_shows_what_is_there(
    database_url: str, tmp_path: Path, file: Path
) -> None:
    office = Exhibit(database_url, tmp_path)
    with office.runner.database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(statement("SET LOCAL session_replication_role = replica"))
        else:
            tx.execute(statement("DROP TRIGGER journal_update"))
        tx.execute(statement("UPDATE journal SET actor = 'somebody' WHERE seq = 2"))
    office.forget()
    bundle, _ = office.export(SYSTEM)
    office.runner.close()
    file.write_bytes(bundle)
    found = verdict(file)
    assert found.code == 1 and "Entry 2 of the journal is not as it was written." in found.text
    assert "Không khớp." in text(contents(bundle)["report.pdf"])


def test_a_bundle_whose_engine_comes_to_another_state_is_found_by_running_it_again(bundle: bytes, file: Path) -> None:
    """All hashes are made to fit and no head covers them: only the engine knows that the state is another."""
    files = contents(bundle)
    journal = json.loads(files["journal.json"])
    last = journal["entries"][-1]
    last["state"] = "ab" * 32
    names = ("at", "actor", "kind", "payload_sha256", "state", "previous")
    last["hash"] = digest(canonical([1, 3, *(last[name] for name in names)])).hex()
    record = json.loads(files["record.json"])
    record["leaves"] = [each for each in record["leaves"] if each["leaf"][:3] != ["entry", 1, 3]]
    changed = {"journal.json": canonical(journal).encode(), "record.json": canonical(record).encode()}
    file.write_bytes(resealed({**files, **changed}))
    assert verdict(file).code == 2
    again = check(file)
    assert (again.code, again.again) == (1, False)


def test_cosignatures_and_time_stamps_of_heads_go_with_them(exhibit: Exhibit, file: Path) -> None:
    witness = Signer.new("thanh-tra.example", COSIGNER)
    address = WitnessAddress("http://127.0.0.1:9", witness.verifier)
    exhibit.runner.evidence.witnesses.known = [address]
    exhibit.runner.evidence.keys = [*exhibit.runner.evidence.keys, str(witness.verifier)]
    head = exhibit.runner.record_log.newest()
    assert head
    signature = witness.sign(f"cosignature/v1\ntime 1664157700\n{Note.read(head.note).text}".encode())
    line = signature_line(witness.name, witness.verifier.id + (1664157700).to_bytes(8, "big") + signature)
    with exhibit.runner.database.change() as tx:
        head_watch.keep_cosignature(tx, Cosignature(head.size, witness.name, exhibit.now, line))
        head_watch.keep_stamp(tx, HeadStamp(head.size, "https://tsa.example", exhibit.now, b"answer", None, "?"))
    files = contents(exhibit.export()[0])
    assert (files[f"timestamps/{head.size}.tsr"], files[f"heads/{head.size}.txt"].count(b"\n\xe2\x80\x94")) == (
        b"answer",
        2,
    )
    file.write_bytes(resealed(files))
    assert f"Head {head.size} is witnessed by thanh-tra.example, at 09:01 26/09/2022" in verdict(file).text
    file.write_bytes(resealed({**files, f"timestamps/{head.size}.txt": b"another"}))
    assert verdict(file).code == 1


def forged_with_own_key(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a bundle whose record is another one, of one head with no leaf in it."""
    key = Signer.new("so-mau.example/motcua")
    text = str(Checkpoint(key.name, 1, bytes(32)))
    kept = {name: content for name, content in files.items() if not name.startswith(("heads/", "timestamps/"))}
    record = {"consistency": [], "events": [], "leaves": []}
    return kept | {
        "heads/1.txt": signed(text, [key.line(text)]).encode(),
        "keys.txt": f"{key.verifier}\n".encode(),
        "record.json": canonical(record).encode(),
    }


@pytest.mark.parametrize(
    ("case", "at"),
    [(1, "yesterday"), ("x", "2022-09-26T01:00:00.000000Z"), (10**30, "2022-09-26T01:00:00.000000Z"), ([], "")],
)
def test_what_a_forger_sealed_anew_breaks_nothing_when_it_is_run_again(
    bundle: bytes, file: Path, case: object, at: str
) -> None:
    files = forged_with_own_key(contents(bundle))
    journal, about = json.loads(files["journal.json"]), json.loads(files["case.json"])
    journal["case"] = about["case"] = case
    previous = "00" * 32
    for seq, each in enumerate(journal["entries"], 1):
        each["at"], each["previous"] = at, previous
        names = ("at", "actor", "kind", "payload_sha256", "state", "previous")
        previous = each["hash"] = digest(canonical([case, seq, *(each[name] for name in names)])).hex()
    changed = {"journal.json": canonical(journal).encode(), "case.json": canonical(about).encode()}
    file.write_bytes(resealed(files | changed))
    assert verdict(file).code == 2, verdict(file).text
    again = check(file)
    assert again.again is not True and again.code in (1, 2)


def test_hostile_files_of_a_version_break_nothing_when_it_is_run_again(bundle: bytes, file: Path) -> None:
    """The version's digest is made to fit too: the case begins on a diagram that is none."""
    files = forged_with_own_key(contents(bundle))
    [diagram] = (name for name in files if name.endswith(".bpmn"))
    files[diagram] = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"
    folder = diagram.split("/")[1]
    own = sorted(name for name in files if name.startswith(f"versions/{folder}/"))
    listed = [[name.split("/", 2)[2], sha256(files[name]).hexdigest()] for name in own]
    version = digest(canonical(listed)).hex()
    journal, about = json.loads(files["journal.json"]), json.loads(files["case.json"])
    about["versions"][0]["digest"] = version
    previous = "00" * 32
    for seq, each in enumerate(journal["entries"], 1):
        if seq == 1:
            each["payload"]["version"] = version
            each["payload_sha256"] = digest(canonical(each["payload"]), bytes.fromhex(each["salt"])).hex()
        each["previous"] = previous
        names = ("at", "actor", "kind", "payload_sha256", "state", "previous")
        previous = each["hash"] = digest(canonical([1, seq, *(each[name] for name in names)])).hex()
    changed = {"journal.json": canonical(journal).encode(), "case.json": canonical(about).encode()}
    file.write_bytes(resealed(files | changed))
    assert verdict(file).code == 2, verdict(file).text
    again = check(file)
    assert again.again is not True and again.code in (1, 2)


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
