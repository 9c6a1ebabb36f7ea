"""A parser for untrusted XML: it opens no file, uses no network and takes bounded time."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from runner.errors import NotBpmn
from runner.unicode import composed

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

MAX_DEPTH = 100
"""Nested elements of a file; drawn by hand, sub-processes within sub-processes reach some 20."""

_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^<>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
"""The encoding that an XML declaration names, in a file whose ASCII characters have one byte each."""
_WIDE = ("UTF-16", "UTF-32", "UCS-2", "UCS-4", "ISO-10646-UCS")
"""How the names of the encodings begin in which an ASCII character has several bytes."""

_ENCODING_ERRORS = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
}


class FileTooLarge(NotBpmn):
    """Tệp lớn {size} byte, vượt mức cho phép là {limit} byte."""


class NotXml(NotBpmn):
    """Tệp không phải là XML hợp lệ: lỗi ở dòng {line}."""


class WrongEncoding(NotXml):
    """Tệp khai báo encoding="{declared}" nhưng không được lưu theo bảng mã ấy; hãy lưu lại tệp và khai báo là UTF-8."""


class HasDoctype(NotBpmn):
    """Tệp có khai báo DOCTYPE, là thứ không được phép; hãy xóa khai báo này."""


class TooDeep(NotBpmn):
    """Tệp có các phần tử lồng nhau quá {limit} cấp."""


def parse_xml(data: bytes, limit: int, comments: bool = False) -> etree._Element:
    """The root of untrusted XML of at most `limit` bytes, without DOCTYPE and entities, of bounded depth.

    Texts are composed (`runner.unicode`). With `comments` these and processing instructions stay, and every text is as
    given, for a file that is written again.

    Raises `FileTooLarge`, `NotXml`, `WrongEncoding`, `HasDoctype` or `TooDeep`.
    """
    if len(data) > limit:
        raise FileTooLarge(size=len(data), limit=limit)
    # Comments go too: they would split the text of an expression, and readers would see only its first piece.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=not comments,
        remove_comments=not comments,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "Excessive depth" in error.msg:  # libxml2's own limit, met before ours
            raise TooDeep(limit=MAX_DEPTH) from None
        raise _not_xml(data, error) from None
    except (ValueError, LookupError, etree.LxmlError) as error:
        raise NotXml(line=1, reason=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise HasDoctype()
    if _depth(root) > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH)
    if not comments:
        _compose(root)
    return root


def _compose(root: etree._Element) -> None:
    for element in root.iter():
        if element.text:
            element.text = composed(element.text)
        for name, value in element.attrib.items():
            element.set(name, composed(str(value)))


def _not_xml(data: bytes, error: etree.XMLSyntaxError) -> NotXml:
    declared = found[1].decode() if (found := _DECLARED.match(data)) else ""
    if declared.upper().startswith(_WIDE) or (declared and error.code in _ENCODING_ERRORS):  # type: ignore[attr-defined]
        return WrongEncoding(declared=declared)
    return NotXml(line=error.lineno or 1, reason=error.msg)


def _depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local(element: etree._Element, namespace: str = BPMN) -> str:
    """The local name of an element of `namespace`, "" for any other element."""
    head, _, tail = str(element.tag).rpartition("}")
    return tail if head == "{" + namespace else ""


def line_of(element: etree._Element) -> int:
    """The line of the file on which an element's opening tag ends."""
    return cast(int, element.sourceline or 0)


def reference(value: str | None) -> str:
    """The id that an attribute or text of type QName or IDREF points to, without its prefix."""
    return (value or "").strip().rpartition(":")[2]
