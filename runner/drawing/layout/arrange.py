"""From rows and columns to pixels: how large a process or sub-process is drawn, and where its parts stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from runner.bpmn import GATEWAYS, Bounds, Diagram
from runner.drawing.layout import size
from runner.drawing.layout.scope import HANG, Part, Scope, place_rows
from runner.drawing.text import width

PADDING = 24.0
TITLE = 30.0
"""Room for the name of a sub-process."""
COLUMN_GAP, ROW_GAP = 50.0, 26.0
TRACK = 12.0
"""What one more line side by side with others takes."""
MOST_TRACKS = 10
LANE = 130.0
"""The least height of a lane."""


@dataclass(frozen=True, slots=True)
class Block:
    """A scope drawn: its shapes (annotations too) and its lanes from its top left corner."""

    shapes: Mapping[str, Bounds]
    lanes: Mapping[str, Bounds]
    width: float
    height: float


def arrange(diagram: Diagram, scope: Scope, upward: bool, spread: float) -> Block:
    """Draw a scope. `upward`: the applicant's pool is above it. `spread` stretches the room between the parts."""
    return _Arrangement(diagram, scope, upward, spread).block()


class _Arrangement:
    def __init__(self, diagram: Diagram, scope: Scope, upward: bool, spread: float) -> None:
        self.diagram, self.scope, self.spread = diagram, scope, spread
        self.upward = upward
        self.taken = place_rows(scope, upward)
        self.notes: dict[str, Part] = {}
        self.beside: dict[str, list[str]] = {}
        self.ties: list[tuple[str, float, float, int]] = []
        """Lane, rows and column of the lines between annotations and what they are about."""
        self._place_notes()
        self.columns, self.width = self._columns()
        self._place_spans()

    def block(self) -> Block:
        extents = self._extents()
        rows, lanes, height = self._rows(extents)
        shapes: dict[str, Bounds] = {}
        for part in self._all():
            x, y = self.columns[part.column] if not part.spans else part.half + PADDING, rows[part.lane, part.row]
            if about := self.scope.notes.get(part.id):  # as near to what it is about as its row allows
                up, down = extents[part.lane, part.row]
                y += part.up - up if self.scope.parts[about].row < part.row else down - part.down
            shapes[part.id] = Bounds(round(x - part.width / 2), round(y - part.height / 2), part.width, part.height)
            self._hang(part.id, shapes)
            left = round(x + part.width / 2) + 40
            for note in self.beside.get(part.id, ()):
                wide, high = size.note(self.diagram.annotations[note].text)
                shapes[note] = Bounds(left, round(y - high / 2), wide, high)
                left += round(wide) + 20
        return Block(shapes, lanes, self.width, height)

    def _all(self) -> list[Part]:
        return [*self.scope.parts.values(), *self.notes.values()]

    def _hang(self, host: str, shapes: dict[str, Bounds]) -> None:
        """Events on the lower edge, from the right, with their ends below."""
        events = self.scope.events.get(host, [])
        box, each = shapes[host], size.EVENT
        room = box.width / max(len(events), 1)
        for at, event in enumerate(events):
            middle = box.x + box.width * (0.7 if event in self.scope.hanging else 0.5)
            if len(events) > 1:
                middle = box.x + box.width - room * (at + 0.5)
            x, y = round(middle - each / 2), box.y + box.height - each / 2
            shapes[event] = Bounds(x, y, each, each)
            if end := self.scope.hanging.get(event):
                shapes[end] = Bounds(x, y + each + HANG, each, each)

    # -- text annotations and event sub-processes ----------------------------------------------------------------------

    def _place_notes(self) -> None:
        for note, about in self.scope.notes.items():
            part = self.scope.parts[about]
            if part.spans:
                self.beside.setdefault(about, []).append(note)
                continue
            wide, high = size.note(self.diagram.annotations[note].text)
            row = self._row_beside(part)
            self.notes[note] = Part(note, wide, high, wide / 2, high / 2, high / 2, part.lane, part.column, row)
            self.taken.add((part.lane, row, part.column))
            self.ties.append((part.lane, min(row, part.row), max(row, part.row), part.column))

    def _row_beside(self, part: Part) -> float:
        """The row below or above a part, or one of its own in between."""
        for step in (1, -1, 0.5, -0.5):
            row = part.row + step
            rows = {cell[1] for cell in self.taken if cell[0] == part.lane}
            if step in (1, -1) and (row not in rows or part.row + step / 2 in rows):
                continue
            if (part.lane, row, part.column) not in self.taken:
                return row
        step = 0.25
        while (part.lane, part.row + step, part.column) in self.taken:
            step /= 2
        return part.row + step

    def _place_spans(self) -> None:
        """Event sub-processes stand at the left of their lane, in a row where there is room for them."""
        for part in (each for each in self.scope.parts.values() if each.spans):
            need = PADDING + part.width + len(self.beside.get(part.id, ())) * (size.NOTE + 30) + 40
            halves = self._halves()
            covered = [at for at, x in self.columns.items() if x - halves[at] < need] or [0]
            rows = {cell[1] for cell in self.taken if cell[0] == part.lane}
            free = (
                row for row in sorted(rows, reverse=True) if row == int(row) and self._is_free(part.lane, row, covered)
            )
            part.row = next(free, float(int(max(rows, default=-1.0)) + 1))
            self.taken |= {(part.lane, part.row, at) for at in covered}
            self.width = max(self.width, need)

    def _is_free(self, lane: str, row: float, columns: list[int]) -> bool:
        crossed = (tie for tie in self.ties if tie[0] == lane and tie[1] < row < tie[2])
        return not any((lane, row, at) in self.taken for at in columns) and not any(
            tie[3] in columns for tie in crossed
        )

    # -- columns and rows ----------------------------------------------------------------------------------------------

    def _halves(self) -> dict[int, float]:
        found: dict[int, float] = {}
        for part in self._all():
            if not part.spans:
                found[part.column] = max(found.get(part.column, 0), part.half)
        return found

    def _columns(self) -> tuple[dict[int, float], float]:
        """The middle of each column, and the width of all."""
        halves = self._halves()
        tracks = dict.fromkeys(range(-1, len(halves) + 1), 0)
        asking: set[int] = set()
        parts = self.scope.parts
        for source, target in self.scope.flows:
            one, other = parts[source], parts[target]
            node = self.diagram.nodes[source]
            if node.type in GATEWAYS and len(node.outgoing) > 1:
                asking.add(one.column)
            if (one.lane, one.row) != (other.lane, other.row) or other.column <= one.column:
                tracks[one.column if other.column > one.column else other.column - 1] += 1
                if abs(one.column - other.column) > 1:
                    tracks[other.column - 1] += 1
        found: dict[int, float] = {}
        x = PADDING + tracks[-1] * TRACK
        for at in sorted(halves):
            found[at] = round(x + halves[at])
            gap = (COLUMN_GAP + (34 if at in asking else 0)) * self.spread
            x = found[at] + halves[at] + gap + min(tracks[at], MOST_TRACKS) * TRACK
        return found, ceil(x)

    def _extents(self) -> dict[tuple[str, float], tuple[float, float]]:
        """What each row takes above and below its middle."""
        found: dict[tuple[str, float], tuple[float, float]] = {}
        for part in self._all():
            up, down = found.get((part.lane, part.row), (0, 0))
            found[part.lane, part.row] = max(up, part.up), max(down, part.down)
        return found

    def _rows(
        self, extents: Mapping[tuple[str, float], tuple[float, float]]
    ) -> tuple[dict[tuple[str, float], float], dict[str, Bounds], float]:
        """The middle of each row, the lanes, and the height of all."""
        tracks = self._row_tracks()
        lanes = [*self.scope.lanes, *([""] if any(not lane for lane, _ in extents) else [])]
        middles: dict[tuple[str, float], float] = {}
        boxes: dict[str, Bounds] = {}
        y = 0.0
        for lane in lanes:
            top = y
            y += PADDING
            for row in sorted(row for name, row in extents if name == lane):
                up, down = extents[lane, row]
                y += min(tracks.get((lane, row), 0), MOST_TRACKS) * TRACK
                middles[lane, row] = round(y + up)
                y = round(y + up) + down + ROW_GAP * self.spread
            name = self.diagram.lanes[lane].name if lane else ""
            y = ceil(max(y, top + (LANE if lane else 0), top + width(name, 11) / 2 + 30 if name else 0))
            if lane:
                boxes[lane] = Bounds(0, top, self.width, y - top)
        return middles, boxes, y

    def _row_tracks(self) -> dict[tuple[str, float], int]:
        """How many lines may want to run along above a row."""
        found: dict[tuple[str, float], int] = {}
        for source, target in self.scope.flows:
            one, other = self.scope.parts[source], self.scope.parts[target]
            if other.column <= one.column or (abs(other.column - one.column) > 1 and one.row != other.row):
                found[other.lane, other.row] = found.get((other.lane, other.row), 0) + 1
        return found


def inside(block: Block) -> tuple[float, float]:
    """The size of a sub-process that holds a block."""
    return max(block.width + PADDING, 150), max(block.height + TITLE, 110)
