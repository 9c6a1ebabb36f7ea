"""A file of rules is read strictly: a rule that says too little, or two things, is no rule."""

from __future__ import annotations

import pytest

from runner.domain.toml import TomlInvalid
from runner.errors import FileInvalid
from runner.law import reader
from runner.law.rule import Pattern

RULE = """
[[rules]]
id = "{id}"
sentence = "Một câu."
sentence_en = "A sentence."
pattern = "{pattern}"
task = {task}
source = {source}
{more}
"""
OURS = '{ ours = "vì thế" }'


def rule(pattern: str = "at-most", more: str = "most = 1", id: str = "one", **other: str) -> bytes:
    task, source = other.get("task", '{ form = ["a"] }'), other.get("source", OURS)
    return RULE.format(id=id, pattern=pattern, task=task, source=source, more=more).encode()


def test_a_procedures_rule_takes_the_place_of_its_provinces_rule_with_the_same_id() -> None:
    files = {"rules.toml": rule() + rule(id="two"), "01.rules.toml": rule(more="most = 2")}
    assert [(each.id, each.most) for each in reader.of("khac/01", files)] == [("one", 2), ("two", 1)]
    assert [(each.id, each.most) for each in reader.of("khac/02", files)] == [("one", 1), ("two", 1)]


def test_each_pattern_has_its_keys() -> None:
    assert set(reader.TAKES) == set(Pattern)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (rule(more=""), "“rules[1].most”"),
        (rule(more="most = 1\nlanes = ['clerk']"), "“rules[1].lanes” không đi với mẫu at-most"),
        (rule(pattern="sometimes", more=""), "“rules[1].pattern” phải là một trong"),
        (rule(task="{}"), "“rules[1].task” phải nói rõ việc nào"),
        (rule(task='{ values = { a = "b" } }'), "“rules[1].task” phải nói rõ việc nào"),
        (rule(task='{ outcome = ["granted"] }'), "“rules[1].task.outcome” chỉ đứng một mình"),
        (rule(task='{ form = ["a"], lanes = ["clerk"] }'), "“rules[1].task.lanes”"),
        (rule(source="{}"), "“rules[1].source” phải có đủ document, place và text, hoặc chỉ có ours"),
        (rule(source='{ document = "Quyết định", place = "Điều 1" }'), "“rules[1].source” phải có đủ"),
        (rule(source='{ ours = "vì thế", document = "x", place = "x", text = "x" }'), "“rules[1].source” phải có đủ"),
        (rule() + rule(), "“one” của khóa “rules[2].id” bị trùng"),
        (b"rules = []", "“rules” phải có ít nhất một mục"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_key(data: bytes, fault: str) -> None:
    with pytest.raises(TomlInvalid) as raised:
        reader.read(data)
    assert fault in str(raised.value)
    with pytest.raises(FileInvalid, match=r"rules\.toml"):
        reader.of("khac/01", {"rules.toml": data})
