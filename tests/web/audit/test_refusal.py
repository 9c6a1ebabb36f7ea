"""Auditors change nothing: whatever they send outside of their desk is refused, and every journal stays as it is."""

from __future__ import annotations

from runner.domain.person import SYSTEM, Role
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.web.test_policy import address
from tests.world import person

OWN = ("audit.", "login.", "language.")
"""Parts whose forms are for auditors too; what they do is tried with each of them."""


def test_whatever_an_auditor_sends_elsewhere_is_refused(site: Site) -> None:
    world = site.world.deploy()
    world.runner.people.save(person(Role.AUDITOR))
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    before = world.runner.audit.journal(1, SYSTEM)
    calendar = world.runner.calendars.get("ha-tinh").revision
    browser, sent = site.browser(Role.AUDITOR), 0
    filled = {"reason": "Thử sửa", "message": "supplement_received", "kind": "day_off", "procedure": "ha-tinh/QT.BC.01"}
    for rule in list(site.app.url_map.iter_rules()):
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith(OWN):
            answer = browser.send(address(rule), **filled)
            assert answer.status_code >= 400, (rule.rule, answer.status_code)
            sent += 1
    assert sent > 50
    assert world.runner.audit.journal(1, SYSTEM) == before
    assert world.runner.calendars.get("ha-tinh").revision == calendar
