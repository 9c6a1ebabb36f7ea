"""A draft's diagram: the page with the modeler, and what its script asks for: the file, its findings, a save."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, json, request, url_for

from runner import bpmn, formatting
from runner.authoring.borrowing import borrowed
from runner.authoring.check import check, structure_only
from runner.authoring.deed import deeds
from runner.authoring.lawful import unlawful
from runner.language import say
from runner.web import current, policy
from runner.web.number import whole_number
from runner.web.studio import frame
from runner.web.studio.help import of_rule

PAGES = {"form": "studio.forms.edit", "dmn": "studio.tables.edit", "toml": "studio.facts.show"}
"""The parts of the studio that edit the files beside a diagram, by their ending."""

LOOKING = (
    ("F6", "chuyển sang khung sau; Shift F6 về khung trước"),
    ("F8", "đến phát hiện sau; Shift F8 về phát hiện trước"),
    ("Ctrl F", "tìm phần tử theo tên hoặc id"),
    ("← ↑ → ↓", "di chuyển khung nhìn, hoặc phần tử đang chọn"),
    ("Ctrl +", "phóng to"),
    ("Ctrl −", "thu nhỏ"),
    ("Ctrl 0", "cỡ thật"),
    ("?", "danh sách phím tắt này"),
)
"""Keys of the diagram, and what each does."""
EDITING = (
    ("Tab", "đến công cụ, thao tác của phần tử đang chọn"),
    ("Enter", "dùng công cụ đang chọn; phần tử mới được đặt giữa khung nhìn"),
    ("N", "thêm phần tử"),
    ("A", "nối tiếp phần tử đang chọn"),
    ("R", "đổi loại phần tử đang chọn"),
    ("E", "sửa tên"),
    ("H", "công cụ di chuyển khung nhìn"),
    ("L", "công cụ chọn vùng"),
    ("S", "công cụ nới chỗ"),
    ("C", "công cụ nối"),
    ("Ctrl C, Ctrl X, Ctrl V", "sao chép, cắt, dán"),
    ("Ctrl A", "chọn tất cả"),
    ("Del", "xóa"),
    ("Ctrl Z", "hoàn tác"),
    ("Ctrl Y", "làm lại"),
)
"""Those of the editor."""

blueprint = Blueprint("diagram", __name__, url_prefix="/drafts/<int:draft>/diagram")


@blueprint.get("")
@policy.analyst
def show(draft: int) -> str:
    """The modeler for who edits the draft; for others the same to look at."""
    drafts = current.runner().procedure_drafts
    return frame.page("studio/diagram.html", drafts.get(draft, g.person), looking=LOOKING, editing=EDITING)


@blueprint.get("/file")
@policy.analyst
def file(draft: int) -> Response:
    """The diagram as the newest save has it, or the one of the save ``?save=``."""
    drafts = current.runner().procedure_drafts
    files = drafts.files(draft, g.person, request.args.get("save", type=whole_number))
    name = _name(drafts.get(draft, g.person).procedure)
    response = Response(files.get(name, b""), mimetype="application/xml")
    # The file is what people drew: as a page of ours nothing in it is to be shown.
    response.headers["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return response


@blueprint.post("/findings")
@policy.analyst
def findings(draft: int) -> Response:
    """The findings on the draft with the diagram that is sent, which is not saved."""
    drafts = current.runner().procedure_drafts
    procedure, data = drafts.get(draft, g.person).procedure, request.get_data()
    kept = drafts.files(draft, g.person)
    files = {**kept, **_borrowed(data, kept), _name(procedure): data}
    found = check(procedure, files)
    if not any(each.is_error for each in found):
        found += unlawful(procedure, files, current.runner().laws.rules(procedure))
    mends = deeds(found, procedure, files)
    return _json(
        findings=[
            {**each.to_json(), "page": _page(each.file, draft), "help": of_rule(each.finding.rule), "deed": deed}
            for each, deed in zip(found, mends, strict=True)
        ],
        structure_only=structure_only(found),
        at=formatting.clock(current.now()),
    )


@blueprint.post("/save")
@policy.analyst
def save(draft: int) -> Response:
    """Keep the diagram that is sent, drawn from the save ``?base=``, and the forms that it borrows.

    What is no BPMN is refused.
    """
    drafts = current.runner().procedure_drafts
    name = _name(drafts.get(draft, g.person).procedure)
    data = request.get_data()
    bpmn.read(data)
    base = request.args.get("base", 0, type=whole_number)
    changed = {**_borrowed(data, drafts.files(draft, g.person)), name: data}
    made = drafts.save(draft, changed, g.person, current.now(), base=base)
    return _json(save=made.number, said=say("Đã tự lưu lúc {at}", at=formatting.clock(made.at)))


def _borrowed(diagram: bytes, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return borrowed(diagram, files, current.runner().procedures, current.now())


def _name(procedure: str) -> str:
    return f"bpmn/{procedure}.bpmn"


def _page(file: str, draft: int) -> str:
    """Where a file other than a diagram is edited, "" where no page does that."""
    id, _, ending = file.rpartition("/")[2].rpartition(".")
    endpoint = PAGES.get(ending, "")
    about: dict[str, Any] = {"form": {"form": id}, "dmn": {"table": id}}.get(ending, {})
    return url_for(endpoint, draft=draft, **about) if policy.may(g.person, endpoint) else ""


def _json(**facts: object) -> Response:
    return Response(json.dumps(facts), mimetype="application/json")
