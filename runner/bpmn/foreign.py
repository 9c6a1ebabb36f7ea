"""Extensions of other programs in a diagram: whose they are, and a diagram without them.

BPMN lets a file carry elements and attributes of any namespace (8.3.3), which other programs may leave alone. Nothing
of theirs is executed here; taken out, it no longer stands in the way of what is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from runner.bpmn.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, XSI, local, parse_xml

DECORATION = frozenset(
    {
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.w3.org/XML/1998/namespace",
    }
)
"""Namespaces of colours and of the modeler's own notes: they change nothing that runs."""

DIALECTS = frozenset({"http://operaton.org/schema/1.0/bpmn", "http://activiti.org/bpmn", "http://flowable.org/bpmn"})
"""Namespaces in which engines of Camunda's family write what Camunda writes in its own."""

_OWN = frozenset({BPMN, BPMNDI, DC, DI, CAMUNDA, XSI, "http://www.w3.org/2000/xmlns/"}) | DECORATION
MOST_PLACES = 5
"""Elements that a note names for one extension."""


@dataclass(frozen=True, slots=True)
class Removed:
    """An extension that was taken out: its name as the file wrote it, its namespace, how often and from which ids."""

    extension: str
    namespace: str
    count: int
    elements: tuple[str, ...]


def is_foreign(namespace: str) -> bool:
    """Whether a namespace belongs to another program, whose extensions nothing here reads."""
    return bool(namespace) and namespace not in _OWN


def qualified(element: etree._Element, name: str) -> tuple[str, str]:
    """The namespace of a name, and the name as the file writes it: prefix and local name."""
    namespace, _, bare = name.removeprefix("{").rpartition("}")
    prefix = next((prefix for prefix, uri in element.nsmap.items() if uri == namespace and prefix), "")
    return namespace, f"{prefix}:{bare}" if prefix else bare


def clean(data: bytes, limit: int, note: str) -> tuple[bytes, list[Removed]]:
    """The file without foreign extensions but those of `DIALECTS`, and what was taken out, by name.

    What was taken out is written into the file's documentation, after `note`. The same bytes where there was nothing.
    Raises `NotBpmn` for bytes that are no XML.
    """
    root = parse_xml(data, limit, comments=True)
    found: dict[tuple[str, str], list[str]] = {}
    for element in list(root.iter(etree.Element)):
        if element is not root and element.getparent() is None:
            continue  # it stood in an extension that is gone
        for namespace, name in _taken(element):
            found.setdefault((name, namespace), []).append(_owner(element))
        if element is not root and _removable(etree.QName(element).namespace or ""):
            _remove(element)
    if not found:
        return data, []
    removed = [
        Removed(name, namespace, len(ids), tuple(dict.fromkeys(filter(None, ids)))[:MOST_PLACES])
        for (name, namespace), ids in sorted(found.items())
    ]
    _document(root, note, removed)
    gone = {each.namespace for each in removed}
    kept = [prefix for prefix, uri in root.nsmap.items() if prefix and uri not in gone]
    etree.cleanup_namespaces(root, keep_ns_prefixes=kept)
    tree = root.getroottree()
    written = cast(bytes, etree.tostring(tree, encoding=tree.docinfo.encoding or "UTF-8", xml_declaration=True))
    return _as_before(data, written), removed


def _as_before(data: bytes, written: bytes) -> bytes:
    """The file with its empty tags, its declaration and its end as the modeler wrote them: a smaller difference."""
    if data.count(b'" />') > data.count(b'"/>'):
        written = written.replace(b'"/>', b'" />')
    head, end, rest = written.partition(b"?>")
    head = head.replace(b"'", b'"') if data.startswith(b'<?xml version="') else head
    return head + end + rest + (b"\n" if data.endswith(b"\n") else b"")


def _removable(namespace: str) -> bool:
    return is_foreign(namespace) and namespace not in DIALECTS


def _taken(element: etree._Element) -> Iterator[tuple[str, str]]:
    """The extensions that an element is or carries; its attributes are taken off."""
    namespace, name = qualified(element, str(element.tag))
    if _removable(namespace):
        yield namespace, name
        return
    for attribute in list(map(str, element.attrib)):
        namespace, name = qualified(element, attribute)
        if _removable(namespace):
            del element.attrib[attribute]
            yield namespace, name


def _remove(element: etree._Element) -> None:
    """Take an element out, with the extension elements around it when these hold nothing more."""
    for each in list(element.iterdescendants()):
        each.getparent().remove(each)  # type: ignore[union-attr]
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if local(parent) == "extensionElements" and len(parent) == 0:
        _remove(parent)


def _owner(element: etree._Element) -> str:
    """The id of the nearest element of BPMN."""
    around = (element, *element.iterancestors())
    return next((each.get("id", "") for each in around if local(each) and each.get("id")), "")


def _document(root: etree._Element, note: str, removed: list[Removed]) -> None:
    lines = [f"{each.extension} ({each.namespace}) × {each.count}: {', '.join(each.elements)}" for each in removed]
    documentation = etree.Element(f"{{{BPMN}}}documentation")
    documentation.text = "\n".join([note, *lines])
    documentation.tail = root.text
    root.insert(0, documentation)
