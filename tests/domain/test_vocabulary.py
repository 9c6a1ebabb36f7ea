"""The words of the domain are stored, hashed and sent to programs exactly as their texts."""

from __future__ import annotations

import json
from enum import StrEnum

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select

from runner.domain.case import CaseOutcome, CaseStatus, ClockMark, ClockState
from runner.domain.journal import canonical
from runner.domain.limit import Unit
from runner.domain.person import LaneKind, Role
from runner.domain.task import TaskOutcome
from runner.domain.timeliness import Verdict
from runner.domain.token import Scope
from runner.store.session import Database

VOCABULARY = (CaseOutcome, CaseStatus, ClockMark, ClockState, LaneKind, Role, Scope, TaskOutcome, Unit, Verdict)
WORDS: list[StrEnum] = [word for words in VOCABULARY for word in words]
KEPT = Table("word", MetaData(), Column("key", Text, primary_key=True), Column("value", Text))


def test_canonical_json_has_a_word_as_the_text_that_it_is() -> None:
    assert canonical({word: [word] for word in WORDS}) == canonical({str(word): [word.value] for word in WORDS})
    assert json.loads(canonical(WORDS)) == [word.value for word in WORDS]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_by_its_text_and_the_other_way_round(word: StrEnum) -> None:
    assert {word: 1}[word.value] == {word.value: 1}[word] == 1 and f"{word}" == word.value


def test_a_database_keeps_a_word_as_its_text(database: Database) -> None:
    with database.change() as tx:
        KEPT.create(tx)
        tx.execute(insert(KEPT), [{"key": repr(word), "value": word} for word in WORDS])
        for word in WORDS:
            assert tx.scalar(select(KEPT.c.value).where(KEPT.c.key == repr(word), KEPT.c.value == word)) == word.value
        KEPT.drop(tx)
