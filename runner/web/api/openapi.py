"""The OpenAPI 3.1 document of the interface, made from its operations; and the same as a page to read.

``python -m runner.web.api > docs/openapi.json`` writes the copy in the documentation.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Response, render_template

from runner.language import say
from runner.web import policy
from runner.web.api.operation import BYTES, HTML, JSON, OPERATIONS, PREFIX, PROBLEM, Operation, ResponseSpec, operation
from runner.web.api.request import Parameter

VERSION = "1.0.0"
ABOUT = (
    "Giao diện cho phần mềm khác. Mỗi yêu cầu mang mã truy cập (tạo bằng “motcua token create”) và làm được đúng những "
    "gì người chủ mã làm được; điều người đó không được xem thì trả lời 404. Câu trả lời theo ngôn ngữ của "
    "Accept-Language (vi hoặc en). Thời điểm là giờ UTC."
)
ONCE = (
    "Khóa chống gửi trùng, giữ trong 24 giờ: gửi lại cùng khóa và cùng nội dung thì chỉ có một tác dụng và nhận lại "
    "đúng câu trả lời trước; cùng khóa mà khác nội dung thì nhận 422."
)
PATH = {
    "case": ({"type": "integer", "minimum": 0, "maximum": 10**18 - 1}, "Mã số của hồ sơ trong hệ thống."),
    "task": ({"type": "string"}, "Mã việc, như 12.Task_1_receive.1."),
    "file": ({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "SHA-256 của nội dung tệp."),
}
PROBLEMS = {
    "400": "Nội dung JSON hoặc dấu trang không đọc được",
    "401": "Thiếu mã truy cập còn hiệu lực",
    "403": "Mã truy cập không có quyền cần thiết",
    "404": "Không có, hoặc không được xem",
    "409": "Đã có người làm trước hoặc hồ sơ đã đi tiếp",
    "413": "Nội dung quá lớn",
    "415": "Nội dung không thuộc kiểu (Content-Type) của thao tác này",
    "422": "Có mục chưa đúng, hoặc không thực hiện được",
    "default": "Lỗi khác, như hệ thống đang bận (503) hoặc sự cố có số để báo (500)",
}
"""What can go wrong, by status; each is answered with a problem."""


@operation("GET", "/openapi.json", "Tài liệu OpenAPI 3.1 này", ResponseSpec("Tài liệu"))
@policy.impersonal
def openapi() -> Response:
    """The document, in the language asked for."""
    return Response(written(), mimetype=JSON)


@operation("GET", "/", "Trang đọc của tài liệu này", ResponseSpec("Trang", media=HTML))
@policy.public
def page() -> Response:
    """The document as a page."""
    return Response(render_template("api.html", document=document()), mimetype=HTML)


def document() -> dict[str, Any]:
    """The OpenAPI document in the current language."""
    from runner.web.api.schema import schemas

    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(path(each), {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": say("Một Cửa"), "version": VERSION, "description": say(ABOUT)},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": {name: _problem(sentence) for name, sentence in PROBLEMS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def written() -> str:
    """The document as it is served and kept: indented, in UTF-8, with a line end."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def path(operation: Operation) -> str:
    """The path of an operation as OpenAPI writes it."""
    return re.sub(r"<(?:[^:<>]*:)?([a-z]+)>", r"{\1}", operation.rule)


def _operation(operation: Operation) -> dict[str, Any]:
    names = re.findall(r"\{([a-z]+)\}", path(operation))
    parameters = [*map(_in_path, names), *map(_in_query, operation.query)]
    if operation.once:
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        parameters.append({"name": "Idempotency-Key", "in": "header", "description": say(ONCE), "schema": key})
    facts: dict[str, Any] = {
        "operationId": operation.name,
        "summary": say(operation.summary),
        "security": [{"token": [operation.policy.scope]}] if operation.policy and operation.policy.scope else [],
        "responses": {str(operation.answer.status): _answer(operation.answer)} | _problems(operation),
    }
    if operation.description:
        facts["description"] = say(operation.description)
    if parameters:
        facts["parameters"] = parameters
    if operation.bytes:
        content = {BYTES: {"schema": {"type": "string", "format": "binary"}}}
        facts["requestBody"] = {"required": True, "content": content}
    if operation.body:
        facts["requestBody"] = {"required": True, "content": {JSON: {"schema": _body(operation)}}}
    return facts


def _in_path(name: str) -> dict[str, Any]:
    schema, description = PATH[name]
    return {"name": name, "in": "path", "required": True, "description": say(description), "schema": schema}


def _in_query(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.kind.schema) | ({"default": parameter.default} if parameter.default is not None else {})
    facts = {"name": parameter.name, "in": "query", "description": say(parameter.description), "schema": schema}
    return facts | ({"required": True} if parameter.required else {})


def _body(operation: Operation) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            each.name: {**each.kind.schema, "description": say(each.description)} for each in operation.body
        },
        "required": [each.name for each in operation.body if each.required],
        "additionalProperties": False,
    }


def _answer(answer: ResponseSpec) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{answer.schema.__name__}"} if answer.schema else {}
    facts: dict[str, Any] = {"description": say(answer.description), "content": {answer.media: {"schema": schema}}}
    if answer.status == 201:
        location = {"type": "string", "format": "uri-reference"}
        facts["headers"] = {"Location": {"required": True, "schema": location}}
    return facts


def _problem(sentence: str) -> dict[str, Any]:
    return {"description": say(sentence), "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _problems(operation: Operation) -> dict[str, Any]:
    """What can go wrong with an operation, by status."""
    token = operation.policy is not None and operation.policy.known_by == "token"
    body = bool(operation.body) or operation.bytes
    possible = {
        "400": body or bool(operation.query),
        "401": token,
        "403": token,
        "404": body or "<" in operation.rule,
        "409": operation.once,
        "413": body,
        "415": body,
        "422": True,
        "default": True,
    }
    return {name: {"$ref": f"#/components/responses/{name}"} for name, may_be in possible.items() if may_be}
