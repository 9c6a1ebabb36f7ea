"""What attackers write where an analyst writes a condition: refused, or a plain value that nothing was touched for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

import pytest

from runner.feel import FeelError, evaluate, parse

ATTACKS = [
    # Python's objects
    '"".__class__',
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__mro__",
    "().__class__.__bases__[0].__subclasses__()[104].load_module('os').system('id')",
    "[].__class__.__base__",
    "{}.__class__.__init__.__globals__",
    "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0](['id'])",
    "applicant.__class__.__mro__",
    "applicant.__class__",
    "applicant.__init__.__globals__.os",
    "decision.__class__.__mro__",
    "decision.format.__self__",
    'decision.format("{0.__class__}")',
    "decision.upper()",
    "amount.real.__class__",
    "amount.numerator",
    "documents.append(1)",
    "documents.__class__",
    "documents[0]",
    "case_due.now()",
    "__builtins__",
    "__builtins__.open",
    "__import__('os')",
    '__import__("os").system("touch /tmp/pwned")',
    "__loader__",
    "globals()",
    "locals()",
    "vars()",
    "dir()",
    'getattr("", "__class__")',
    'eval("1")',
    'exec("import os")',
    'compile("1", "", "eval")',
    'open("/etc/passwd").read()',
    "breakpoint()",
    "input()",
    "exit()",
    # Python's syntax
    "lambda: 1",
    "(lambda x: x)(1)",
    "x := 1",
    "(x := __import__('os'))",
    'f"{().__class__}"',
    "f'{1+1}'",
    'b"bytes"',
    'r"raw"',
    '"{0.__class__}".format(1)',
    '"%s" % 1',
    "import os",
    "import os; os.system('id')",
    "print(1)",
    "a if b else c",
    "x == 1 and y is None",
    "not x",
    "1 if True else 2",
    "yield 1",
    "await x",
    "del x",
    "assert False",
    "raise SystemExit",
    "while True: pass",
    "@decorator",
    "a; b",
    "a\n#comment",
    "*args",
    "**kwargs",
    "x[:]",
    "...",
    "9**9**9**9",
    "1 << 99999999999",
    "10 ** 1000000000",
    '"a" * 999999999',
    "0x41414141",
    "1e999999999",
    "1_000",
    "1j",
    # other expression languages, templates, shells, markup
    "${7*7}${7*7}",
    "#{7*7}",
    "{{7*7}}",
    "{% import os %}",
    "<%= 7*7 %>",
    "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "${execution.getProcessEngineServices()}",
    '${"".getClass().forName("java.lang.Runtime")}',
    '#{"".class}',
    "`id`",
    "$(id)",
    "; rm -rf /",
    "| cat /etc/passwd",
    "' OR '1'='1",
    "1; DROP TABLE cases--",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "file:///etc/passwd",
    "http://localhost/",
    "\x00",
    "a\x00b",
    "\u202e",
    "a\u200bb",
    # FEEL of the full language, and its usual doors to the host
    'get value(applicant, "__class__")',
    'matches(decision, "(a+)+$")',
    'replace("aaaa", "(a+)+$", "")',
    'split("a", "a*")',
    "for i in 1..999999999 return i",
    "for i in 1..9999, j in 1..9999 return i * j",
    "some x in documents satisfies x.__class__",
    "every x in documents satisfies x.append(1)",
    "some __builtins__ in documents satisfies __builtins__.open",
    "every x in documents satisfies every y in documents satisfies every z in documents satisfies true",
    "[documents, documents].__class__",
    "[1].append(2)",
    '[""][0].__class__',
    '@"2022-01-01".__class__',
    'date("2022-01-01").ctime',
    'date("2022-01-01").replace(1)',
    "case_due.tzinfo",
    'duration("P1D").total_seconds',
    "substring(decision, 1, 999999999999).__class__",
    "@\"__import__('os')\"",
    "documents[item > 1]",
    "{f: function(x) f(x)}.f(1)",
    'function(x) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}',
    "sort(documents, function(a, b) a < b)",
    "now()",
    "today()",
    'P1Y + @"P1D"',
]
SINKS = [
    "{}",
    "= {}",
    "${{{}}}",
    "decision = {}",
    "if {} then 1 else 2",
    "decision in ({})",
    "contains({}, decision)",
    "-({})",
]
"""The places in which a diagram holds an expression or a part of one."""

DATA: dict[str, object] = {
    "decision": "eligible",
    "amount": 10_750_000,
    "documents": ["a", "b"],
    "applicant": {"name": "An", "upper": "a field called upper"},
    "x": 1,
    "a": True,
}
_events: list[str] | None = None
_thread = get_ident()


def _hear(event: str, _: object) -> None:
    if _events is not None and get_ident() == _thread:
        _events.append(event)


sys.addaudithook(_hear)


@contextmanager
def audited() -> Iterator[list[str]]:
    """Everything that Python's audit sees meanwhile: files, imports, compilation, attributes of objects, processes."""
    global _events  # noqa: PLW0603 (an audit hook can never be removed)
    _events = heard = []
    try:
        yield heard
    finally:
        _events = None


def answer(text: str) -> object:
    """What `text` is worth; the class of its error when it is refused."""
    try:
        return evaluate(parse(text), DATA)
    except FeelError as error:
        return type(error)


def test_the_audit_hears_what_an_attack_would_do() -> None:
    with audited() as heard:
        compile("1", "", "eval")
        os.listdir()

    assert {"compile", "os.listdir"} <= set(heard)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_or_means_no_more_than_null_and_touches_nothing(attack: str) -> None:
    for sink in SINKS:
        with audited() as heard:
            result = answer(sink.format(attack))

        refused = isinstance(result, type) and issubclass(result, FeelError)
        assert refused or result in (answer(sink.format("null")), answer(sink.format("[]"))), sink
        assert heard == [], sink


def test_a_name_reads_keys_of_dictionaries_and_nothing_else() -> None:
    data = {"a": {"__class__": "a key", "b": {"c": 1}}, "text": "abc"}

    assert evaluate(parse("a.__class__"), data) == "a key"
    assert evaluate(parse("a.b.c"), data) == 1
    assert evaluate(parse("a.keys"), data) is None
    assert evaluate(parse("text.upper"), data) is None


def test_a_case_may_hold_fields_called_like_builtins_and_functions() -> None:
    data = {"__builtins__": "x", "contains": "y", "count": [1], "typename": "z"}

    assert evaluate(parse('contains(contains, "y") and count(count) = 1 and __builtins__ = "x"'), data) is True


def test_going_through_a_list_takes_no_more_than_its_length_times_the_text() -> None:
    greedy = "some a in rows satisfies " + " or ".join(["count(rows) = a", "list contains(rows, a)", "rows = a"] * 10)
    assert evaluate(parse(greedy), {"rows": [[index] for index in range(1_000)]}) is None
    assert evaluate(parse("every a in rows satisfies rows.b.c = 1"), {"rows": [{"b": {"c": 1}}] * 1_000}) is False

    rows: list[object] = [{"n": index} for index in range(1_000)]
    assert evaluate(parse("some a in rows satisfies a.n = 999"), {"rows": rows}) is True
    assert evaluate(parse("some a in rows satisfies a.n = 999"), {"rows": [*rows, {"n": 999}]}) is None


def test_no_list_is_made_longer_than_its_text() -> None:
    parse("[" + "1, " * 148 + "1]")
    with pytest.raises(FeelError):
        parse("[" + "1, " * 150 + "1]")
