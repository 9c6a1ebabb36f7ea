"""An office whose first form has a component of every kind, files among them; and files to attach."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from tests.services import office
from tests.services.office import PROVINCE
from tests.world import World

PDF = b"%PDF-1.7\nscan\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

OPTIONS = [{"value": "mot", "label": "Một"}, {"value": "hai", "label": "Hai"}]
FORM: list[dict[str, Any]] = [
    {"type": "text", "text": "# Mọi loại trường\nĐiền **đủ** các mục."},
    {"type": "textfield", "key": "decision", "label": "Kết luận", "validate": {"required": True, "maxLength": 20}},
    {"type": "textarea", "key": "opinion", "label": "Ý kiến", "validate": {"maxLength": 500}},
    {"type": "number", "key": "sets", "label": "Số bộ", "decimalDigits": 0, "validate": {"min": 1, "max": 99}},
    {"type": "datetime", "key": "weighed_on", "subtype": "date", "dateLabel": "Ngày cân"},
    {"type": "datetime", "key": "weighed_at", "subtype": "time", "timeLabel": "Giờ cân"},
    {"type": "datetime", "key": "received_at", "subtype": "datetime", "dateLabel": "Nhận lúc"},
    {"type": "checkbox", "key": "checked", "label": "Đã kiểm tra"},
    {"type": "checklist", "key": "items", "label": "Giấy tờ", "values": OPTIONS},
    {"type": "radio", "key": "level", "label": "Mức độ", "values": OPTIONS},
    {
        "type": "textfield",
        "key": "level_reason",
        "label": "Lý do mức hai",
        "validate": {"maxLength": 100},
        "conditional": {"hide": '=not(level = "hai")'},
    },
    {"type": "select", "key": "place", "label": "Nơi nhận", "values": OPTIONS},
    {"type": "separator"},
    {
        "type": "dynamiclist",
        "path": "papers",
        "label": "Danh mục",
        "components": [{"type": "textfield", "key": "title", "label": "Tên giấy tờ", "validate": {"maxLength": 100}}],
    },
    {
        "type": "table",
        "label": "Bảng danh mục",
        "dataSource": "=papers",
        "columns": [{"key": "title", "label": "Giấy tờ đã ghi"}],
    },
    {"type": "spacer", "height": 20},
    {
        "type": "group",
        "label": "Bản quét",
        "path": "scans",
        "components": [
            {"type": "filepicker", "key": "dossier", "label": "Hồ sơ quét", "multiple": True},
            {
                "type": "filepicker",
                "key": "result",
                "label": "Kết quả ký số",
                "accept": ".pdf,.ofd",
                "description": "Một tệp.",
            },
        ],
    },
]


def ofd(name: str = "OFD.xml", **more: str) -> bytes:
    """A container with this one file in it."""
    content = BytesIO()
    with ZipFile(content, "w") as container:
        for each, text in {name: "<ofd:OFD/>", **more}.items():
            container.writestr(each, text)
    return content.getvalue()


def docx(types: str = "", **more: str) -> bytes:
    """The smallest document of a word processor, with further `types` in its list and `more` files."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as container:
        parts = {
            "[Content_Types].xml": f'''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/word/document.xml" ContentType="{main}"/>{types}</Types>''',
            "word/document.xml": "<w:document/>",
        }
        for each, text in (parts | more).items():
            if text:
                container.writestr(each, text)
    return content.getvalue()


def deploy(world: World, folder: Path, form: list[dict[str, Any]] = FORM) -> World:
    """Deploy the office's procedure with `form` as that of the specialist's task."""
    path = office.write(folder / "content")
    schema = {"type": "default", "id": "phieu", "components": form}
    (folder / "content/forms/phieu.form").write_text(json.dumps(schema))
    return world.deploy(path, provinces=(PROVINCE,))
