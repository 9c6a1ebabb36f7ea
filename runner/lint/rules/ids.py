"""Every element to which the engine, the journal or a modeler refers has a unique id: see docs/lint.md, "ids"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.bpmn import BPMN, BPMNDI, FLOW_NODES, Diagram, local
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot

ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
"""Names that the engine gives to nodes of its own: an element called so would silently replace one."""
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")

_NEED_ONE = FLOW_NODES | {"process", "lane", "participant", "sequenceFlow", "message", "textAnnotation", "association"}


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for element in diagram.root.iter(f"{{{BPMN}}}*", f"{{{BPMNDI}}}*"):
        place = spot(element)
        id = element.get("id")
        if id is None:
            if local(element) in _NEED_ONE:
                yield error(place, "Phần tử {element} thiếu id.", element=local(element))
        elif id in seen:
            yield error(
                place,
                "Id “{id}” đã dùng ở dòng {line}; hãy đặt id khác cho phần tử ở đây, hoặc xóa nó nếu là bản chép thừa.",
                id=short(id),
                line=seen[id],
            )
        else:
            seen[id] = place.line
            if local(element) and not ID.fullmatch(id):
                yield error(
                    place,
                    "Id “{id}” không hợp lệ; chỉ dùng tối đa 100 chữ cái không dấu, chữ số, dấu “_”, “-”, “.”, "
                    "bắt đầu bằng chữ cái hoặc dấu “_”.",
                    id=short(id),
                )
            if id in RESERVED or id.endswith(RESERVED_ENDINGS):
                yield error(place, "Id “{id}” trùng với tên riêng của bộ máy thực thi; hãy đặt id khác.", id=short(id))
