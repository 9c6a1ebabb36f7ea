"""The forms of a procedure's tasks: those that procedures share where they fit, else the procedure's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from runner.authoring.skeleton import quotation
from runner.authoring.skeleton.plan import Plan, Work
from runner.authoring.skeleton.sketch import slug
from runner.domain.person import Lane

_COMPLETE: Final = '=not(intake_decision = "complete")'
_GRANTED: Final = ("Chấp thuận", "Từ chối, nêu rõ lý do")
_SHARED: Final = {Work.FORWARD: "chuyen-ho-so", Work.RECORD: "vao-so-van-ban", Work.ISSUE: "phat-hanh"}


@dataclass(frozen=True, slots=True)
class Review:
    """How a step approves: its form, the field that says so, the question of the gateway and the answer that goes on."""

    form: str
    field: str
    question: str
    answer: str


def intake_id(plan: Plan) -> str:
    return f"tiep-nhan-{plan.own}"


def of_step(plan: Plan, number: int) -> str:
    """The form of a step between the first and the last."""
    if number == plan.process:
        return "xu-ly-ho-so" if _usual(plan) else f"xu-ly-{plan.own}"
    return _SHARED.get(plan.works[number], f"buoc-{slug(plan.steps[number].id).lower().replace('_', '-')}-{plan.own}")


def again(plan: Plan) -> str:
    """The form by which a dossier is processed again."""
    return "xu-ly-lai-ho-so" if _usual(plan) else f"xu-ly-lai-{plan.own}"


def reviewing(plan: Plan, number: int) -> Review:
    """A lead passes on to the director where one signs later; who signs last approves."""
    step, words = plan.steps[number], " ".join(plan.steps[number].lines).casefold()
    later = [plan.steps[at] for at in range(number + 1, len(plan.steps)) if plan.works[at] == Work.REVIEW]
    if step.lane == Lane.DIVISION_LEAD and any(each.lane == Lane.DIRECTOR for each in later):
        form = "ky-nhay" if "ký nháy" in words else "trinh-ket-qua"
        return Review(form, "lead_decision", "Trình lãnh đạo ký?", "Trình ký")
    return Review("ky-duyet", "director_decision", "Ký duyệt?", "Ký duyệt")


def notice(plan: Plan) -> str:
    """The form by which the applicant is told that the result is there."""
    return f"thong-bao-{plan.own}" if plan.description.fee == "none" else "thong-bao-ket-qua"


def returning(plan: Plan) -> str:
    """The form by which the result is handed over; without a step that decides, it asks for the result too."""
    if plan.process is None:
        return f"tra-ket-qua-{plan.own}"
    fee = plan.description.fee
    return {"none": "tra-ket-qua-khong-phi", "amounts": "tra-ket-qua"}.get(fee, "tra-ket-qua-ben-tre")


def own(plan: Plan, used: Iterable[str]) -> dict[str, bytes]:
    """The procedure's own forms among those used, by their ids."""
    made = {intake_id(plan): _intake(plan), f"tra-ket-qua-{plan.own}": _hand_over()}
    made[f"thong-bao-{plan.own}"] = _notice()
    for number, work in enumerate(plan.works):
        made[of_step(plan, number)] = _process(plan, number) if number == plan.process else _step(plan, number)
        if work == Work.PROCESS:
            made[again(plan)] = _reprocess()
    return {id: _written(id, made[id]) for id in sorted(set(used)) if id in made and id.endswith(plan.own)}


def _usual(plan: Plan) -> bool:
    """Whether the step that decides is one of the usual kind: a specialist's, who submits to the lead of the division."""
    after = [plan.steps[at].lane for at, work in enumerate(plan.works) if work == Work.REVIEW]
    return plan.corrects and plan.steps[plan.process or 0].lane == Lane.SPECIALIST and Lane.DIVISION_LEAD in after


# -- what they ask -------------------------------------------------------------------------------------------------------


def _intake(plan: Plan) -> list[dict[str, Any]]:
    about = plan.description
    return [
        _heading(f"Tiếp nhận, kiểm tra hồ sơ: {about.title}"),
        _group(
            "Người nộp hồ sơ",
            _text("applicant_name", "Tên tổ chức, cá nhân", 200),
            _text("applicant_address", "Địa chỉ", 300),
            _text("contact_name", "Người liên hệ", 100),
            _text("contact_phone", "Số điện thoại", 20, validationType="phone"),
            _text("contact_email", "Thư điện tử", 150, required=False, validationType="email"),
        ),
        _group(
            "Hồ sơ",
            _choice(
                "channel",
                "Cách thức nộp hồ sơ",
                direct="Trực tiếp",
                post="Qua dịch vụ bưu chính",
                online="Trực tuyến",
            ),
            _lines("request_content", "Nội dung yêu cầu giải quyết", 2000),
            *(_papers(plan) if about.dossier else _any_papers()),
            {"type": "filepicker", "key": "dossier_scan", "label": "Bản quét hồ sơ điện tử", "multiple": True},
        ),
        _group("Kết quả kiểm tra", *_checked(plan)),
    ]


def _papers(plan: Plan) -> Iterator[dict[str, Any]]:
    """A list to tick, which a complete dossier must fill."""
    dossier = plan.description.dossier
    values = [{"value": f"paper_{at}", "label": f"{at}. {paper.name}"} for at, paper in enumerate(dossier, start=1)]
    needed = ",".join(f"paper_{at}" for at, paper in enumerate(dossier, start=1) if paper.required)
    items = _list("dossier_items", "Giấy tờ đã nộp", values) | {"validate": {"required": True}}
    if needed:
        items["properties"] = {"needed_when": '=intake_decision = "complete"', "needed": needed}
    yield items
    for key, label in (("originals", "bản chính"), ("copies", "bản sao")):
        among = _list(f"dossier_{key}", f"Trong đó, giấy tờ nộp {label}", values)
        yield among | {"properties": {"among": "dossier_items"}}


def _any_papers() -> Iterator[dict[str, Any]]:
    """The papers as they come, where the decision names none."""
    yield {"type": "text", "text": "Quyết định không quy định thành phần hồ sơ; ghi nhận theo thực tế nộp."}
    kinds = dict(original="Bản chính", certified="Bản sao có chứng thực", copy="Bản sao")
    yield {
        "type": "dynamiclist",
        "path": "dossier_items",
        "label": "Thành phần hồ sơ đã nộp",
        "isRepeating": True,
        "allowAddRemove": True,
        "defaultRepetitions": 1,
        "showOutline": True,
        "validate": {"required": True},
        "components": [
            _text("paper", "Tên giấy tờ", 300),
            _choice("kind", "Loại", "select", **kinds),
            _number("copies", "Số lượng (bản)", 1, 99),
        ],
    }


def _checked(plan: Plan) -> Iterator[dict[str, Any]]:
    yield _choice(
        "intake_decision",
        "Hồ sơ",
        complete="Đầy đủ: tiếp nhận, hẹn trả kết quả (Mẫu 01)",
        supplement="Chưa đầy đủ: yêu cầu bổ sung, hoàn thiện (Mẫu 02)",
        refuse="Từ chối tiếp nhận (Mẫu 03)",
    )
    hidden = {"conditional": {"hide": _COMPLETE}}
    fees = plan.description.fees
    if fees:
        cases = {fee_case(at): f"{fee.label or plan.description.title}: {fee_text(fee.amount)}" for at, fee in enumerate(fees)}
        yield _choice("fee_case", "Trường hợp tính phí", **cases) | hidden
        yield {"type": "checkbox", "key": "fee_paid", "label": "Đã nộp đủ phí, lệ phí"} | hidden
        receipt = _text("fee_receipt_number", "Số biên lai", 50)
        yield receipt | {"conditional": {"hide": "=not(fee_paid = true)"}}
    places = dict(centre="Trung tâm Phục vụ hành chính công", post="Qua dịch vụ bưu chính", online="Trực tuyến")
    yield _choice("result_place", "Đăng ký nhận kết quả", **places) | hidden
    yield _lines("intake_note", "Ghi chú", 1000, required=False)


def _process(plan: Plan, number: int) -> list[dict[str, Any]]:
    """What is decided; `supplement` only where the clock can stand."""
    fields = _result()
    if plan.corrects:
        hide = '=not(processing_decision = "submit")'
        decided = _choice(
            "processing_decision",
            "Kết quả xem xét",
            submit="Đã giải quyết, chuyển bước sau",
            supplement="Yêu cầu bổ sung, hoàn thiện hồ sơ (một lần, dừng tính thời hạn)",
        )
        fields = [decided, *(each | {"conditional": {"hide": hide}} for each in fields)]
    return [_heading(_words(plan, number)), *fields, _refusal()]


def _reprocess() -> list[dict[str, Any]]:
    text = "Xem nội dung bổ sung của người nộp hồ sơ hoặc ý kiến trả lại của lãnh đạo."
    return [_heading("Xử lý lại hồ sơ"), {"type": "text", "text": text}, *_result(), _refusal()]


def _result() -> list[dict[str, Any]]:
    granted, refused = _GRANTED
    return [
        _choice("draft_result", "Kết quả", granted=granted, refused=refused),
        _lines("draft_summary", "Nội dung giải quyết", 4000),
        {"type": "filepicker", "key": "draft_file", "label": "Tệp dự thảo"},
    ]


def _refusal() -> dict[str, Any]:
    hide = {"conditional": {"hide": '=not(draft_result = "refused")'}}
    return _lines("draft_ground", "Lý do, căn cứ từ chối", 2000) | hide


def _step(plan: Plan, number: int) -> list[dict[str, Any]]:
    """A step of which no more is known than its words."""
    words, id = _words(plan, number), slug(plan.steps[number].id).lower()
    return [
        _heading(words),
        {"type": "checkbox", "key": f"done_{id}", "label": f"Đã thực hiện: {words}", "validate": {"required": True}},
        _lines(f"note_{id}", "Ghi chú", 1000, required=False),
        {"type": "filepicker", "key": f"file_{id}", "label": "Tệp kèm theo"},
    ]


def _words(plan: Plan, number: int) -> str:
    return quotation.opening(plan.steps[number].lines)[:300].strip(" .;:")


def _notice() -> list[dict[str, Any]]:
    means = dict(phone="Điện thoại", sms="Tin nhắn", email="Thư điện tử", other="Cách khác")
    confirmed = "Xác nhận trên phần mềm: đã có kết quả giải quyết TTHC"
    return [
        _heading("Xác nhận kết quả, thông báo đến nhận kết quả"),
        {"type": "checkbox", "key": "result_confirmed", "label": confirmed, "validate": {"required": True}},
        _choice("notified_by", "Đã thông báo cho tổ chức, cá nhân bằng", **means),
    ]


def _hand_over() -> list[dict[str, Any]]:
    """The result and its return at once, where no step before decides."""
    means = dict(direct="Trực tiếp", post="Qua dịch vụ bưu chính", online="Trực tuyến")
    return [
        _heading("Trả kết quả"),
        *_result(),
        _refusal(),
        _text("received_by", "Người nhận kết quả", 100),
        _choice("received_as", "Phương thức nhận kết quả", **means),
    ]


# -- components ----------------------------------------------------------------------------------------------------------


def fee_case(at: int) -> str:
    return f"case_{at + 1}"


def fee_text(amount: int) -> str:
    """An amount as decisions write it: ``750.000 đồng``."""
    return f"{amount:,} đồng".replace(",", ".")


def _heading(text: str) -> dict[str, Any]:
    return {"type": "text", "text": f"# {text}"}


def _group(label: str, *components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "group", "label": label, "showOutline": True, "components": list(components)}


def _text(key: str, label: str, longest: int, required: bool = True, **more: Any) -> dict[str, Any]:
    validate = {**({"required": True} if required else {}), "maxLength": longest, **more}
    return {"type": "textfield", "key": key, "label": label, "validate": validate}


def _lines(key: str, label: str, longest: int, required: bool = True) -> dict[str, Any]:
    return _text(key, label, longest, required) | {"type": "textarea"}


def _number(key: str, label: str, least: int, most: int) -> dict[str, Any]:
    bounds = {"required": True, "min": least, "max": most}
    return {"type": "number", "key": key, "label": label, "decimalDigits": 0, "validate": bounds}


def _choice(key: str, label: str, type: str = "radio", **options: str) -> dict[str, Any]:
    values = [{"value": value, "label": text} for value, text in options.items()]
    return _list(key, label, values) | {"type": type, "validate": {"required": True}}


def _list(key: str, label: str, values: list[dict[str, str]]) -> dict[str, Any]:
    return {"type": "checklist", "key": key, "label": label, "values": values}


def _written(id: str, components: list[dict[str, Any]]) -> bytes:
    """A form as form-js has it, with an id for each component."""
    numbers: dict[str, int] = {}

    def with_ids(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        named = []
        for part in parts:
            kind = part["type"].capitalize()
            numbers[kind] = numbers.get(kind, 0) + 1
            inner = {"components": with_ids(part["components"])} if "components" in part else {}
            named.append({**part, **inner, "id": f"{kind}_{numbers[kind]}"})
        return named

    form = {
        "components": with_ids(components),
        "type": "default",
        "id": id,
        "schemaVersion": 19,
        "executionPlatform": "Camunda Platform",
        "executionPlatformVersion": "7.23.0",
    }
    return (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode()
