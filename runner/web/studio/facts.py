"""The facts of a draft in the browser: a form made from their schema, with the decision's text pasted beside it.

What was typed is kept at once, however much is wrong with it; all faults are told at their fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from runner.authoring import facts
from runner.authoring import files as names
from runner.authoring.facts import Field, Table
from runner.domain.form import FieldFault
from runner.domain.person import KINDS
from runner.domain.procedure_draft import ProcedureDraft
from runner.domain.toml import Location, TomlInvalid
from runner.errors import MotcuaError
from runner.language import say
from runner.web import current, policy
from runner.web.studio import frame, rows, saving

blueprint = Blueprint("facts", __name__)
_PAGE = "/drafts/<int:draft>/facts"

CHOICES: Mapping[str, str] = {
    "working-days": "Ngày làm việc",
    "calendar-days": "Ngày theo lịch",
    "original": "Bản chính",
    "copy": "Bản sao",
    "unknown": "Quyết định không nêu",
    "new": "Ban hành mới",
    "amended": "Được sửa đổi, bổ sung",
    "receipt": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "control-slip": "Phiếu kiểm soát",
    "": "Không nêu",
}
"""What the words to choose from are called; roles by their names in the province, others as they are."""
SECTIONS: Mapping[str, str] = {
    "decision": "Quyết định phê duyệt quy trình",
    "time": "Thời hạn giải quyết",
    "clock": "Tính thời hạn từ bước nào đến bước nào",
    "steps": "Các bước",
    "branches": "Câu hỏi rẽ nhánh",
    "groups": "Nhóm thành phần hồ sơ để chọn",
    "dossier": "Thành phần hồ sơ",
    "fees": "Phí, lệ phí",
    "forms": "Biểu mẫu giấy",
    "records": "Hồ sơ lưu",
    "results": "Kết quả",
    "retention": "Lưu hồ sơ",
    "apology": "Phiếu xin lỗi và hẹn lại",
    "works": "Việc của sơ đồ và lời quyết định",
    "none": "Mục quyết định nói rõ là không có",
    "discrepancies": "Chỗ quyết định không khớp với chính nó",
}
"""The tables and lists, in the order in which they stand on the page, after the keys without a table."""


@blueprint.get(_PAGE)
@policy.analyst
def show(draft: int) -> str:
    """The form, or with ``?raw=1`` the file itself."""
    return _page(draft)


@blueprint.post(_PAGE)
@policy.analyst
def keep(draft: int) -> Response | str | tuple[str, int]:
    """Another row, or another order of rows; or the file, and the decision's text."""
    found, files = saving.opened(draft)
    name, text, sent = f"bpmn/{found.procedure}.toml", names.decision_text(found.procedure), request.form
    deed = sent.get("do", "")
    typed = _typed()
    if deed not in ("keep", "raw"):
        return _page(draft, typed, focus=rows.change(typed, deed, lambda name, found: {}))
    if deed == "raw":
        data = sent.get("raw", "").replace("\r\n", "\n").encode()
    else:
        data = facts.edited(files.get(name, b""), facts.table(typed))
    pasted = sent.get("text", "").replace("\r\n", "\n").encode()
    changed: dict[str, bytes | None] = {name: data}
    if pasted or text in files:
        changed[text] = pasted or None
    saving.save(draft, changed)
    wrong = facts.faults(data, _lanes(found))
    if wrong:
        flash(say("Đã lưu; còn {count} chỗ chưa đúng.", count=len(wrong.faults)), "warning")
    else:
        flash(say("Đã lưu."))
    return redirect(url_for("studio.facts.show", draft=draft, raw=request.args.get("raw")), 303)


def _typed() -> Table:
    """What was typed, as nested tables; of several boxes with one name, all that are ticked."""
    sent = request.form.lists()
    return rows.read({name: values if len(values) > 1 else values[0] for name, values in sent})


def _page(draft: int, typed: Table | None = None, focus: str = "") -> str:
    found, files = saving.opened(draft)
    data = files.get(f"bpmn/{found.procedure}.toml", b"")
    lanes = _lanes(found)
    wrong, broken = facts.faults(data, lanes), ""
    try:
        shown = facts.typed(data)
    except TomlInvalid as error:
        shown, broken = {}, str(error)
    text = files.get(names.decision_text(found.procedure), b"").decode(errors="replace")
    known = {field.key: field for field in facts.fields()}
    told = _faults(wrong) if typed is None else []
    return frame.page(
        "studio/facts.html",
        found,
        plain=[field for field in facts.fields() if field.key not in SECTIONS],
        sections=[(known[key], name, sum(_within(each.path, key) for each in told)) for key, name in SECTIONS.items()],
        typed=shown if typed is None else typed,
        faults=told,
        missing=_missing(shown, text) if typed is None else {},
        raw=data.decode(errors="replace") if request.args.get("raw") or broken else None,
        broken=broken,
        text=text if typed is None else request.form.get("text", ""),
        choices={**CHOICES, **lanes},
        lanes=lanes,
        focus=focus,
    )


def _within(path: str, key: str) -> bool:
    return path.partition("-")[0] == key


def _lanes(draft: ProcedureDraft) -> Mapping[str, str]:
    """The roles by their names in the province."""
    try:
        province = current.runner().procedure_drafts.bundle(draft.id, g.person).province
    except MotcuaError:
        return {id: id for id in KINDS}
    return {id: province.label(id) for id in province.kinds}


def _faults(wrong: TomlInvalid | None) -> list[FieldFault]:
    """The faults at the fields of the page."""
    return [FieldFault(_path(each.at), _sentence(each.message), {}) for each in (wrong.faults if wrong else ())]


def _sentence(message: str) -> str:
    return message.replace("{", "{{").replace("}", "}}")


def _path(at: Location) -> str:
    """The name of the field at a place, or of the nearest one around it."""
    known: tuple[Field, ...] = facts.fields()
    path: list[str] = []
    for part in at:
        if isinstance(part, int):
            if not known:
                break
            path.append(str(part))
            continue
        field = next((each for each in known if each.key == part), None)
        if field is None:
            break
        path.append(field.key)
        known = field.fields
    return "-".join(path)


def _missing(shown: Table, text: str) -> dict[str, list[str]]:
    """The quotations that the pasted text does not have, by field."""
    found: dict[str, list[str]] = {}
    for at, line in facts.unquoted(facts.table(shown), text):
        found.setdefault(_path(at), []).append(line)
    return found
