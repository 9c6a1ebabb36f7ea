"""The cases that a process keeps in memory, so that not every change begins with a replay."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from runner.domain.case import Case
from runner.engine.instance import Instance


class CaseCache:
    """At most `size` cases, each as one entry of its journal left it.

    A change takes its case out, so no two threads share it, and puts it back after the commit.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = Lock()
        self._kept: OrderedDict[int, tuple[bytes, Instance]] = OrderedDict()

    def take(self, case: Case) -> Instance | None:
        """Take out the case in memory if it stands at the same entry as `case`; drop it if it stands at another one."""
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
