"""Other ids in a diagram's file, wherever it refers to them; all else stays as it was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lxml import etree

from runner.bpmn.reader import MAX_BYTES
from runner.bpmn.xml import BPMN, local, parse_xml, reference

References = Mapping[str, Mapping[str, str]]
"""By the local name of an attribute, such as ``formRef``: what it points to, and what instead."""


def rename(data: bytes, process: tuple[str, str], title: str, references: References) -> bytes:
    """The diagram with the process `process[0]` called `process[1]`, and with its `title`.

    The ids that end with the process's, as those of its collaboration and its plane, are renamed with it. Raises
    `NotBpmn`.
    """
    root = parse_xml(data, MAX_BYTES, comments=True)
    before, after = process
    elements = list(root.iter(etree.Element))
    ids = [element.get("id", "") for element in elements]
    known = {id: id.removesuffix(before) + after for id in ids if id == before or id.endswith(f"_{before}")}
    for element in elements:
        if local(element) == "process" and element.get("id") == before:
            element.set("name", title)
        for attribute, value in element.attrib.items():
            target, name = reference(str(value)), etree.QName(str(attribute)).localname
            new = references.get(name, {}).get(target) or (known.get(target) if name != "name" else None)
            if new:
                element.set(attribute, str(value).removesuffix(target) + new)
        if (
            etree.QName(element).namespace == BPMN
            and len(element) == 0
            and (target := reference(element.text)) in known
        ):
            element.text = (element.text or "").replace(target, known[target])
    tree = root.getroottree()
    written = etree.tostring(tree, encoding=tree.docinfo.encoding or "UTF-8", xml_declaration=True)
    return cast(bytes, written)
