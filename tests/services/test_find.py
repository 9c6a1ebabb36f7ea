"""Words that very many cases have are gone through in stretches, each as long as the page of any other question."""

from __future__ import annotations

import pytest

from runner.services import find
from runner.services.find import Question
from runner.store import case_search
from tests.services.office import CLERK, COUNT, COUNTED, SPECIALIST, Office


def test_words_that_are_never_together_cost_a_stretch_of_cases_and_the_next_page_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "WITHIN", 3)
    monkeypatch.setattr(case_search, "FEW", 2)
    ids = []
    for number in range(8):
        ids.append(office.begin())
        office.runner.tasks.submit(ids[-1], COUNT, COUNTED, CLERK, office.now)
        with office.runner.database.change() as tx:
            both = "hop tac" if number in (0, 7) else "hop" if number % 2 else "tac"
            case_search.save(tx, ids[-1], CLERK.id, both)
    pages, before = [], None
    while True:
        page, before = office.runner.dossiers.page(Question("hợp tác"), SPECIALIST, office.now, before)
        pages.append([case.id for case in page])
        if before is None:
            break
    assert pages == [[ids[7]], [], [ids[0]]]
    with office.runner.database.change() as tx:
        case_search.save(tx, ids[3], CLERK.id, "hop tac keo")
    asked = Question("hợp tác"), SPECIALIST, office.now
    assert office.runner.dossiers.totals(*asked) is None  # to count them would be to go through all
    found = office.runner.dossiers.page(Question("hop kẹo"), SPECIALIST, office.now)
    assert ([case.id for case in found[0]], found[1]) == ([ids[3]], None)  # a word that few have names them at once
