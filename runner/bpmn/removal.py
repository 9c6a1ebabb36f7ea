"""A diagram without some of its elements: for examples of what is wrong then."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from runner.bpmn.reader import MAX_BYTES
from runner.bpmn.xml import parse_xml


def without(data: bytes, ids: Collection[str]) -> bytes:
    """The diagram without the elements with these ids, what is drawn of them, and the references inside others.

    What only names them in an attribute (a flow's ends) stays as it is. Raises as reading a diagram does.
    """
    tree = parse_xml(data, MAX_BYTES, comments=True)
    for each in [*tree.iter(etree.Element)]:
        own = each.get("id") in ids or each.get("bpmnElement") in ids
        reference = not len(each) and (each.text or "").strip() in ids
        if (own or reference) and (parent := each.getparent()) is not None:
            parent.remove(each)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
