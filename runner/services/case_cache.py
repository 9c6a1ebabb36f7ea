"""The cases that a process has in memory, so that not every change begins with a replay."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from runner.domain.case import Case
from runner.engine.instance import Instance


class CaseCache:
    """A bounded number of cases in memory, each standing at one entry of its journal.

    One is taken out while it is changed, so no two threads ever share it, and comes back only after the commit.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = Lock()
        self._kept: OrderedDict[int, tuple[bytes, Instance]] = OrderedDict()

    def take(self, case: Case) -> Instance | None:
        """The case in memory, if it stands at the entry at which `case` does; another one is of no more use."""
        with self._lock:
            head, instance = self._kept.pop(case.id, (b"", None))
        return instance if head == case.head else None

    def put(self, case: Case, instance: Instance) -> None:
        with self._lock:
            self._kept[case.id] = (case.head, instance)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
