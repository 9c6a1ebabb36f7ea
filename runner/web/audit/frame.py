"""The frame of the desk's pages: the tabs to its parts, and for the pages of one case those to what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for

from runner.domain.case import Case
from runner.domain.deployment import VersionAltered
from runner.language import say
from runner.web import current, policy

TABS = (
    ("audit.home.show", "Tổng quan"),
    ("audit.find.show", "Tìm hồ sơ"),
    ("audit.verification.show", "Xác minh"),
    ("audit.many.show", "Nhiều hồ sơ"),
    ("audit.samples.show", "Mẫu kiểm tra"),
    ("audit.rules.show", "Quy tắc"),
    ("audit.history.show", "Lịch sử"),
    ("audit.mining.show", "Khai thác quy trình"),
    ("audit.retention.show", "Lưu trữ"),
)
"""Endpoints of the desk's parts and what they are called; a tab is there when its page is."""
CASE_TABS = (
    ("audit.replay.show", "Xem lại quá trình"),
    ("audit.reexecution.show", "Chạy lại"),
    ("audit.evidence.show", "Chứng cứ"),
    ("case.show", "Thông tin hồ sơ"),
    ("case.journal", "Nhật ký"),
)
"""What is shown of one case: endpoints, each with the case's id as ``case``."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab; `here` when its part of the desk is looked at."""

    address: str
    name: str
    here: bool


def page(template: str, **values: object) -> str:
    """A page of the desk; `template` extends ``audit/frame.html`` and fills its blocks ``part`` and ``panel``."""
    return render_template(template, tabs=list(_tabs(TABS)), **values)


def case_page(template: str, case: Case, **values: object) -> str:
    """A page of one case; `template` extends ``audit/case.html`` and fills its blocks ``part`` and ``panel``."""
    try:
        facts = current.runner().procedures.version(case.version).procedure
    except VersionAltered:  # the page says so itself, where it does not replay
        facts = None
    tabs = list(_tabs(CASE_TABS, case=case.id))
    return render_template(template, case=case, facts=facts, tabs=list(_tabs(TABS)), case_tabs=tabs, **values)


def _tabs(places: tuple[tuple[str, str], ...], **values: Any) -> Iterator[Tab]:
    for endpoint, name in places:
        if policy.may(g.person, endpoint):
            here = request.blueprint == endpoint.rpartition(".")[0]
            yield Tab(url_for(endpoint, **values), say(name), here)
