"""Writes a drawing down as BPMN DI (BPMN 2.0 chapter 12), and leaves every other byte of the file as it was."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from copy import deepcopy
from xml.parsers import expat

from lxml import etree

from runner.bpmn import BPMN, BPMNDI, DC, DI, SUB_PROCESSES, Bounds, Diagram, reference
from runner.drawing.layout.drawing import Drawing

_PREFIXES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


def write(data: bytes, diagram: Diagram, drawing: Drawing, changed: set[str]) -> bytes:
    """The file `data`, which `diagram` was read from, with what the drawing says of the `changed` elements.

    Colours and other attributes that a modeler has set on a shape stay. A collapsed sub-process is expanded when
    something in it is drawn on the page around it.
    """
    if not changed:
        return data
    spans, end = _places(data)
    encoding = _encoding(data, diagram)
    planes = _Planes(diagram, drawing, changed).written()
    pieces = ["" if _emptied(element, diagram) else _text(element, diagram.root) for element in planes]
    more = "".join(f"  {piece}\n" for piece in pieces[len(spans) :])
    places = [*zip(spans, pieces, strict=False), ((end, end), more)]
    found = data
    for (start, stop), piece in sorted(places, reverse=True):
        found = found[:start] + piece.encode(encoding, "xmlcharrefreplace") + found[stop:]
    return found


def _encoding(data: bytes, diagram: Diagram) -> str:
    """The encoding of a piece of the file: the mark that says how UTF-16 is written stands at its beginning only."""
    marked = {BOM_UTF16_LE: "UTF-16-LE", BOM_UTF16_BE: "UTF-16-BE"}
    return marked.get(data[:2]) or diagram.root.getroottree().docinfo.encoding or "UTF-8"


def _emptied(element: etree._Element, diagram: Diagram) -> bool:
    """Whether a sub-process had this plane for its inside, which is now drawn on the plane around it."""
    planes = element.findall(f"{{{BPMNDI}}}BPMNPlane")
    return bool(planes) and all(
        not len(each) and reference(each.get("bpmnElement")) in diagram.nodes for each in planes
    )


def _places(data: bytes) -> tuple[list[tuple[int, int]], int]:
    """Where the diagrams of a file begin and end, and where its root ends, in bytes."""
    parser = expat.ParserCreate(namespace_separator=" ")
    spans: list[tuple[int, int]] = []
    begun: list[int] = []
    ends: list[int] = []
    diagram = f"{BPMNDI} BPMNDiagram"

    def start(name: str, _: object) -> None:
        ends.clear()
        if name == diagram:
            begun.append(parser.CurrentByteIndex)

    def stop(name: str) -> None:
        ends.append(at := parser.CurrentByteIndex)
        if name == diagram and begun:
            begin, close = begun.pop(), data.index(b">", at)
            tag = data[at:close].replace(b"\0", b"")
            # The parser is at the closing tag; of an empty element it is where that begins, or already behind it.
            closed = at == begin or (tag.startswith(b"</") and tag.rstrip().endswith(b"BPMNDiagram"))
            spans.append((begin, close + (2 if data.startswith(BOM_UTF16_LE) else 1) if closed else at))

    parser.StartElementHandler, parser.EndElementHandler = start, stop
    parser.Parse(data, True)
    return spans, ends[-1]


def _text(element: etree._Element, root: etree._Element) -> str:
    """An element as text; what the root declares is not declared again."""
    etree.indent(element, level=1)
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    head, mark, rest = text.partition(">")
    for prefix, uri in root.nsmap.items():
        declared = f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"'
        head = head.replace(declared, "", 1)
    return head + mark + rest


class _Planes:
    """The diagrams of a file, to be changed: those that it has, and then new ones."""

    def __init__(self, diagram: Diagram, drawing: Drawing, changed: set[str]) -> None:
        self.diagram, self.drawing, self.changed = diagram, drawing, changed
        root = diagram.root
        self.found = [deepcopy(element) for element in root.findall(f"{{{BPMNDI}}}BPMNDiagram")]
        self.elements = {element.get("id", ""): element for element in root.iter()}
        self.ids = set(self.elements)
        self.planes: dict[str, etree._Element] = {}
        self.known: dict[str, etree._Element] = {}
        for element in self.found:
            for plane in element.iter(f"{{{BPMNDI}}}BPMNPlane"):
                self.planes.setdefault(reference(plane.get("bpmnElement")), plane)
                for each in plane:
                    self.known.setdefault(reference(each.get("bpmnElement")), each)

    def written(self) -> list[etree._Element]:
        for id in self._order():
            if id in self.changed and id in self.drawing.shapes:
                self._shape(id)
        for id in self._order():
            if id in self.changed and id in self.drawing.edges:
                self._edge(id)
        return self.found

    def _order(self) -> Iterator[str]:
        """Ids in the order of the file: what holds others comes before them. Elements without an id cannot be drawn."""
        return (id for element in self.diagram.root.iter() if (id := (element.get("id") or "").strip()))

    def _plane(self, id: str) -> etree._Element:
        """The plane on which an element is drawn: the collaboration's or its process's, made if it is missing."""
        root = self.diagram.root
        element = self.elements[id]
        processes = [
            each.get("id", "") for each in (element, *element.iterancestors()) if each.tag == f"{{{BPMN}}}process"
        ]
        pooled = {pool.process for pool in self.diagram.participants}
        home = next((each for each in processes if each not in pooled), None)
        if home is None:
            together = root.find(f"{{{BPMN}}}collaboration")
            home = together.get("id", "") if together is not None else next(iter(self.diagram.processes), "")
        if home not in self.planes:
            if (only := self._misnamed(home)) is not None:
                return only
            holder = etree.Element(f"{{{BPMNDI}}}BPMNDiagram", nsmap=self._nsmap(), id=self._id(f"Diagram_{home}"))
            self.found.append(holder)
            self.planes[home] = etree.SubElement(
                holder, f"{{{BPMNDI}}}BPMNPlane", id=self._id(f"Plane_{home}"), bpmnElement=home
            )
        return self.planes[home]

    def _misnamed(self, home: str) -> etree._Element | None:
        """The plane of a process that has come into a pool since: modelers ask for the collaboration's."""
        stale = {pool.process for pool in self.diagram.participants} | {""}
        plane = next((plane for id, plane in self.planes.items() if id in stale), None)
        if plane is not None and home not in self.diagram.processes:
            plane.set("bpmnElement", home)
            self.planes[home] = plane
            return plane
        return None

    def _nsmap(self) -> dict[str, str]:
        declared = {uri: prefix for prefix, uri in self.diagram.root.nsmap.items() if prefix}
        return {declared.get(uri, prefix): uri for prefix, uri in _PREFIXES.items()}

    def _id(self, wish: str) -> str:
        id, more = wish, 1
        while id in self.ids:
            more += 1
            id = f"{wish}_{more}"
        self.ids.add(id)
        return id

    def _shape(self, id: str) -> None:
        shape = self._element(id, "BPMNShape")
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is None:
            bounds = etree.Element(f"{{{DC}}}Bounds", nsmap=self._nsmap())
            shape.insert(0, bounds)
        _set(bounds, self.drawing.shapes[id])
        self._label(id, shape)
        node = self.diagram.nodes.get(id)
        if id in self.diagram.lanes or any(pool.id == id for pool in self.diagram.participants):
            shape.set("isHorizontal", "true")
        elif node and node.type in SUB_PROCESSES:
            shape.set("isExpanded", "true")
        elif node and node.type == "exclusiveGateway" and shape.get("isMarkerVisible") is None:
            shape.set("isMarkerVisible", "true")

    def _edge(self, id: str) -> None:
        edge = self._element(id, "BPMNEdge")
        for point in edge.findall(f"{{{DI}}}waypoint"):
            edge.remove(point)
        for at, (x, y) in enumerate(self.drawing.edges[id]):
            point = etree.Element(f"{{{DI}}}waypoint", nsmap=self._nsmap(), x=_n(x), y=_n(y))
            edge.insert(at, point)
        self._label(id, edge)

    def _element(self, id: str, tag: str) -> etree._Element:
        plane = self._plane(id)
        element = self.known.get(id)
        if element is None or element.tag != f"{{{BPMNDI}}}{tag}":
            element = etree.SubElement(plane, f"{{{BPMNDI}}}{tag}", id=self._id(f"{id}_di"), bpmnElement=id)
        elif element.getparent() is not plane:
            plane.append(element)
        return element

    def _label(self, id: str, holder: etree._Element) -> None:
        for old in holder.findall(f"{{{BPMNDI}}}BPMNLabel"):
            if (bounds := old.find(f"{{{DC}}}Bounds")) is not None:
                old.remove(bounds)
            if not len(old) and not old.attrib:
                holder.remove(old)
        if (box := self.drawing.labels.get(id)) is None:
            return
        label = holder.find(f"{{{BPMNDI}}}BPMNLabel")
        if label is None:
            label = etree.SubElement(holder, f"{{{BPMNDI}}}BPMNLabel")
        bounds = etree.Element(f"{{{DC}}}Bounds", nsmap=self._nsmap())
        label.insert(0, bounds)
        _set(bounds, box)


def _set(bounds: etree._Element, box: Bounds) -> None:
    for name, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        bounds.set(name, _n(value))


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
