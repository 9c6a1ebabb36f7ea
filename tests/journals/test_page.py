"""docs/journal.md and the JSON Schema say what the classes say, and the page's verifier checks a journal on its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import pytest
from jsonschema_rs import Draft202012Validator

from runner.domain.circumstances import Circumstances
from runner.domain.entry import BODIES, FORMAT, Attempt, Command
from runner.domain.entry_schema import written
from runner.domain.journal import START, Entry, instant, parsed
from runner.domain.payload import Key, keys
from tests.domain.test_entry import RECORDED, unreadable
from tests.journals import golden

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "journal.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \|", re.MULTILINE)

Row = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((DOCS / "schema/journal.json").read_text(encoding="utf-8")))


def exported(name: str = "confirmation_granted") -> Row:
    """A recorded journal as the REST interface gives it."""
    entries = json.loads((golden.FOLDER / f"{name}.json").read_text(encoding="utf-8"))["entries"]
    return {
        "case": entries[0]["case"],
        "entries": [each | {"payload": json.loads(each["payload"])} for each in entries],
    }


def verified(journal: Row, folder: Path) -> tuple[int, str]:
    """What the page's verifier comes to: its exit code, and what it says."""
    (found,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(list(filter(None, found.splitlines()))) <= 11
    (folder / "verify.py").write_text(found, encoding="utf-8")
    (folder / "journal.json").write_text(json.dumps(journal), encoding="utf-8")
    command = [sys.executable, "-I", "verify.py", "journal.json"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def documented(title: str) -> dict[str, str]:
    """The keys and their types in the table of a section."""
    return dict(ROW.findall(re.split(r"^##", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]))


def described(*known: Key) -> dict[str, str]:
    """The same of these keys."""
    return {key.name: _said(key.type) + ("" if key.required else ", optional") for key in known}


def _said(hint: Any) -> str:
    if get_origin(hint) is UnionType:
        return _said(get_args(hint)[0]) + (" or null" if get_args(hint)[0] is Attempt else "")
    return {str: "string", int: "integer", tuple: "array"}.get(get_origin(hint) or hint, "object")


def test_the_schema_is_that_of_the_classes() -> None:
    assert (DOCS / "schema/journal.json").read_text(encoding="utf-8") == written(), (
        "run: python -m runner.domain.entry_schema > docs/schema/journal.json"
    )


def test_the_schema_takes_every_recorded_entry(schema: Draft202012Validator) -> None:
    for kind, payload in RECORDED:
        schema.validate({"kind": kind, "payload": None if payload is None else parsed(payload)})


@pytest.mark.parametrize(("kind", "payload"), [each[:2] for each in unreadable()])
def test_the_schema_refuses_what_reading_refuses(
    schema: Draft202012Validator, kind: str, payload: Mapping[str, Any]
) -> None:
    assert not schema.is_valid({"kind": kind, "payload": payload})


def test_the_page_has_every_kind_with_every_key() -> None:
    kinds = {title: documented(f"`{title}`") for title in re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE)}
    around = {key.name for key in keys(Command)}
    assert kinds == {
        body.kind: described(*(key for key in keys(body) if not (issubclass(body, Command) and key.name in around)))
        for body in BODIES.values()
    }
    assert documented("Commands") == described(*keys(Command))
    assert documented("What every payload has") == described(*keys(Circumstances)) | {FORMAT: "integer, optional"}


@pytest.mark.parametrize("name", ["confirmation_granted", "six_tasks_withdrawn"])
def test_the_verifier_finds_a_recorded_journal_whole(name: str, tmp_path: Path) -> None:
    journal = exported(name)
    last = journal["entries"][-1]
    whole = f"{last['seq']} entries are whole. The last hash is {last['hash']}.\n"
    assert verified(journal, tmp_path) == (0, whole)
    journal["entries"][1]["payload"] = None
    assert verified(journal, tmp_path) == (0, whole), "an erased payload breaks no chain"


def test_the_verifier_counts_the_salt_of_a_payload_and_misses_one_that_is_not_there(tmp_path: Path) -> None:
    made = Entry.make(1, 1, datetime(2026, 3, 2, tzinfo=UTC), "lan", "claim", {"task": "T#1"}, START, START, b"s" * 16)
    salted = {name: getattr(made, name) for name in ("seq", "actor", "kind")} | {"at": instant(made.at)}
    salted |= {name: getattr(made, name).hex() for name in ("salt", "payload_sha256", "state", "previous", "hash")}
    journal = {"case": 1, "entries": [salted | {"payload": {"task": "T#1"}}]}
    assert verified(journal, tmp_path)[0] == 0
    journal["entries"][0]["salt"] = None
    assert verified(journal, tmp_path)[0] == 1


def edit_payload(entries: list[Row]) -> None:
    entries[3]["payload"]["who"]["name"] = "Người khác"


def edit_actor(entries: list[Row]) -> None:
    entries[3]["actor"] = "somebody"


def drop(entries: list[Row]) -> None:
    del entries[3]


def swap(entries: list[Row]) -> None:
    entries[3], entries[4] = entries[4], entries[3]


@pytest.mark.parametrize("tamper", [edit_payload, edit_actor, drop, swap])
def test_the_verifier_names_the_entry_that_does_not_fit(tamper: Callable[[list[Row]], None], tmp_path: Path) -> None:
    journal = exported()
    tamper(journal["entries"])
    assert verified(journal, tmp_path) == (1, "Entry 4 is not as it was written, or one before it is missing.\n")
