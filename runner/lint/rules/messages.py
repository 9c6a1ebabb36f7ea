"""A message is known by its name: see docs/lint.md, "messages"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.bpmn.graph import lane
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for node in diagram.nodes.values():
        if node.event == "message" and not node.message:
            yield error(
                node, "“{what}” chờ một thông điệp chưa có tên; hãy chọn thông điệp và đặt tên.", what=title(node)
            )
        elif node.message and not NAME.fullmatch(node.message):
            yield error(
                node,
                "Tên thông điệp “{name}” không hợp lệ; chỉ dùng chữ cái không dấu, chữ số và dấu “_”.",
                name=short(node.message),
            )
        elif node.message and not lane(diagram.nodes, node):
            yield error(
                node,
                "“{what}” chờ thông điệp nhưng không nằm trong làn nào, nên không ai ghi nhận được; hãy đặt nó vào làn "
                "của người ghi nhận.",
                what=title(node),
            )
        if node.type == "intermediateCatchEvent" and node.event is None:
            yield error(node, "Sự kiện chờ “{what}” phải là hẹn giờ hoặc thông điệp.", what=title(node))
