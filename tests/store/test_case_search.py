"""Cases are found by their words and listed in every order, page by page, along an index whatever there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from runner.domain import search
from runner.domain.case import REGISTERED, Case, CaseStatus
from runner.domain.case_filter import Order
from runner.store import case as cases
from runner.store import case_search, table
from runner.store.case_search import Criteria, Page
from runner.store.session import Database, Transaction
from tests.store.factory import NOW, a_case, advance

MOMENTS = st.none() | st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours))
SAVED = st.builds(
    dict,
    province=st.sampled_from("ab"),
    status=st.sampled_from(list(CaseStatus)),
    procedure=st.sampled_from("xy"),
    due=MOMENTS,
    result_delivered_at=MOMENTS,
)
VALUE: dict[Order, Any] = {
    Order.NUMBER: lambda case: case.id,
    Order.PROCEDURE: lambda case: case.procedure,
    Order.DUE: lambda case: case.due,
    Order.DELIVERED: lambda case: case.result_delivered_at,
    Order.STATUS: lambda case: str(case.status),
}


def paged(tx: Transaction, provinces: list[str], criteria: Criteria, size: int) -> list[int]:
    """All that is found, read in pages."""
    found: list[int] = []
    while page := case_search.find(tx, dict.fromkeys(provinces), criteria, Page(size, found[-1] if found else None)):
        assert len(page) <= size
        found += [case.id for case in page]
    return found


def expected(those: list[Case], order: Order, *, rising: bool) -> list[int]:
    """The same by sorting in memory: what has no value stands last."""
    value = VALUE[order]
    some = sorted((case for case in those if value(case) is not None), key=lambda case: (value(case), case.id))
    none = sorted((case for case in those if value(case) is None), key=lambda case: case.id)
    turned = [some, none] if rising else [some[::-1], none[::-1]]
    return [case.id for part in turned for case in part]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saved=st.lists(SAVED, max_size=12),
    provinces=st.lists(st.sampled_from("ab"), unique=True),
    statuses=st.sampled_from([REGISTERED, ("open",), ("draft",)]),
    procedure=st.sampled_from(["", "x"]),
    order=st.sampled_from(list(Order)),
    rising=st.booleans(),
    size=st.integers(1, 4),
)
def test_cases_are_listed_in_every_order_none_twice_and_none_left_out(
    database: Database,
    saved: list[dict[str, Any]],
    provinces: list[str],
    statuses: tuple[str, ...],
    procedure: str,
    order: Order,
    rising: bool,
    size: int,
) -> None:
    with database.change() as tx:
        for case in cases.ids(tx):
            cases.wipe(tx, case)
        every = []
        for facts in saved:
            change = advance(a_case(cases.create(tx), **facts))
            cases.save(tx, change)
            every.append(change.case)
        criteria = Criteria(statuses=statuses, procedure=procedure, order=order, rising=rising)
        meant = [
            case
            for case in every
            if case.province in provinces and case.status in statuses and procedure in ("", case.procedure)
        ]
        assert paged(tx, provinces, criteria, size) == expected(meant, order, rising=rising)
        assert case_search.count(tx, dict.fromkeys(provinces), criteria, 100) == len(meant)


@pytest.mark.parametrize(
    ("question", "finds"),
    [
        ("hong linh", True),
        ("Hồng LĨNH", True),
        ("linh cong", True),
        ("ong", False),
        ("bưu chính viễn", True),
        ("tnhh", True),
        ("0001", True),
        ("220926-0001", True),
        ("000.00.06.h27-220926-0001", True),
        ("220926-0002", False),
        ("0239 3856 789", True),
        ("+84 239 3856789", True),
        ("02393856789", True),
        ("3000-123-456", True),
        ("hồng 3000123456", True),
        ("hồng 3000123457", False),
        ("hồng - lĩnh", True),
        ("%", False),
    ],
)
def test_a_question_finds_a_case_by_the_beginnings_of_its_words(database: Database, question: str, finds: bool) -> None:
    values = {
        "case_number": "000.00.06.H27-220926-0001",
        "applicant_name": "Công ty (TNHH) Bưu-chính Viễn thông Hồng Lĩnh",
        "applicant_tax_code": "3000123456",
        "contact_phone": "0239.3856.789",
    }
    with database.change() as tx:
        case = cases.create(tx)
        cases.save(tx, advance(a_case(case, province="a")))
        case_search.save(tx, case, "lan", search.words(values))
        criteria = Criteria(words=search.sought(question))
        few = case_search.narrowed(tx, criteria)
        assert bool(case_search.find(tx, {"a": None}, criteria, Page(5), few)) is finds
        assert bool(case_search.find(tx, {"a": None}, criteria, Page(5))) is finds  # as where every word is of many


def test_a_name_without_end_is_kept_by_its_first_words_and_letters(database: Database) -> None:
    long = " ".join(["x" * 5_000, *(f"từ{n}" for n in range(200))])
    with database.change() as tx:
        case_search.save(tx, 1, "lan", search.words({"applicant_name": long}))
        kept = case_search.words(tx, 1)
        assert len(kept) == search.KEPT and max(map(len, kept)) == search.LONGEST
        case_search.save(tx, 1, "lan", search.words({"applicant_name": "Kẻ Gỗ"}))
        assert case_search.words(tx, 1) == ["go", "ke"]


INDEXES = {
    Order.NUMBER: ("case_list",),
    Order.PROCEDURE: ("case_procedure",),
    Order.DUE: ("case_due",),
    Order.DELIVERED: ("case_delivered",),
    Order.STATUS: ("case_list",),
}


def plans(tx: Transaction, ask: Any) -> list[str]:
    """How the database goes about each statement that `ask` makes."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    engine = tx.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    return ["\n".join(str(row) for row in tx.exec_driver_sql(how + statement, values)) for statement, values in asked]


COPIES = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"


def many(tx: Transaction) -> None:
    """Twenty thousand cases with words, written straight into their tables."""
    cases.save(tx, advance(a_case(1, province="a", due=NOW)))
    names = [f'"{column.name}"' for column in table.case.columns if column.name != "number"]
    made = {
        '"id"': "i",
        '"procedure"': "'p' || (i % 40)",
        '"status"': "CASE i % 9 WHEN 0 THEN 'open' ELSE 'finished' END",
        '"result_delivered_at"': "CASE WHEN i % 2 = 1 THEN due END",
    }
    copied = ", ".join(made.get(name, name) for name in names)
    for into, rows in (
        (f'"case" ({", ".join(names)})', f'SELECT {copied} FROM "case", n WHERE id = 1'),
        ('case_search ("case", word)', "SELECT i, 'w' || i FROM n"),
        ('case_search ("case", word)', "SELECT i, 'cong' FROM n"),
    ):
        tx.execute(text(f"INSERT INTO {into} {COPIES} {rows}"))
    tx.execute(text("ANALYZE"))


def test_pages_are_read_along_an_index_and_words_are_looked_up(database: Database) -> None:
    with database.change() as tx:
        many(tx)
        for order, names in INDEXES.items():
            criteria = Criteria(statuses=REGISTERED, order=order)
            found = plans(tx, lambda meant=criteria: case_search.find(tx, {"a": None}, meant, Page(50, 9_001)))
            lists = [plan for plan in found if "LIMIT" in plan.upper() or "case_" in plan]
            assert any(name in plan for plan in lists for name in names), (order, found)
            assert not any("SCAN case " in plan or 'Seq Scan on "case"' in plan for plan in found), (order, found)
        listed = Criteria(statuses=REGISTERED, procedure="p7")
        [plan, *_] = plans(tx, lambda: case_search.find(tx, {"a": None}, listed, Page(50, 9_001)))
        assert "case_procedure" in plan, plan
        late = Criteria(statuses=("open",), overdue_at=NOW)
        [plan] = plans(tx, lambda: case_search.count(tx, {"a": None}, late, 50))
        assert "case_running" in plan, plan
        rare = Criteria(words=search.sought("w777"))
        assert list(case_search.narrowed(tx, rare) or ()) == [777, *range(7770, 7780)]
        [plan] = plans(tx, lambda: case_search.narrowed(tx, rare))
        assert "case_search_word" in plan and "Seq Scan" not in plan
        assert case_search.narrowed(tx, Criteria(words=search.sought("cong"))) is None  # of many: gone through in order
