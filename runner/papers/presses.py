"""The presses of this process: kept warm between papers, for reading the fonts takes longer than printing a page.

A press prints one paper at a time; as many are started as papers are asked for at once, and a few are kept. One that
overran its limits is gone with its process.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any, Final, cast

PRESS: Final = Path(__file__).with_name("press.py")
KEPT: Final = 2
JOBS: Final = 200
"""Papers after which a press is replaced, so that nothing gathers in it."""
LARGE: Final = 128 * 1024
"""Bytes of values after which a press is not kept: it holds the memory that a long paper took."""
ALONE: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""One thread and one heap: otherwise a machine of many cores would reserve more than the press may have."""
FOUND_BY: Final = ("LD_LIBRARY_PATH",)
"""What Python may need to be found; nothing else of the environment is the press's business."""


class PressFailedError(Exception):
    """A press gave no paper; why, as it said."""


class Press:
    """A process that prints."""

    def __init__(self, program: Path) -> None:
        self.program, self.jobs = program, 0
        self.process = subprocess.Popen(  # noqa: S603 - a program of this room, without a shell; jobs come by its input
            [sys.executable, "-I", str(program)],
            env={name: os.environ[name] for name in FOUND_BY if name in os.environ} | ALONE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def printed(self, job: dict[str, Any], values: bytes, seconds: float) -> bytes:
        """The PDF of a job. Raises `PressFailedError`, also where it ends, or is ended after `seconds`."""
        self.jobs += 1
        given, taken = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        watch = Timer(seconds, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            with suppress(BrokenPipeError):
                given.write(json.dumps(job | {"size": len(values)}).encode() + b"\n" + values)
                given.flush()
            line = taken.readline()
            answer = json.loads(line) if line else {}
            made = taken.read(answer.get("size", 0))
        finally:
            watch.cancel()
        if "error" in answer:
            raise PressFailedError(answer["error"])
        if not made.startswith(b"%PDF-") or len(made) != answer["size"]:
            raise PressFailedError(str(self.process.poll() or ""))
        return made

    def close(self) -> None:
        """End it."""
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                cast(IO[bytes], pipe).close()
        self.process.kill()
        self.process.wait()


class Presses:
    """The presses of a process; threads may ask at the same time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.idle: list[Press] = []

    def printed(self, job: dict[str, Any], values: bytes, seconds: float, program: Path) -> bytes:
        """The PDF of a job, by a press of this `program`. Raises `PressFailedError`."""
        press = self._take(program)
        try:
            made = press.printed(job, values, seconds)
        except BaseException:
            press.close()
            raise
        self._keep(press, values)
        return made

    def close(self) -> None:
        """End those that are kept."""
        with self.lock:
            closed, self.idle = self.idle, []
        for press in closed:
            press.close()

    def forget(self) -> None:
        """Leave them to the process that started them: called in a copy of it."""
        self.lock, self.idle = Lock(), []

    def _take(self, program: Path) -> Press:
        with self.lock:
            ended = [press for press in self.idle if press.process.poll() is not None]
            self.idle = [press for press in self.idle if press not in ended]
            known = next((press for press in self.idle if press.program == program), None)
            if known:
                self.idle.remove(known)
        for press in ended:
            press.close()
        if known:
            return known
        return Press(program)

    def _keep(self, press: Press, values: bytes) -> None:
        with self.lock:
            if press.jobs < JOBS and len(values) < LARGE and len(self.idle) < KEPT:
                self.idle.append(press)
                return
        press.close()


PRESSES: Final = Presses()
os.register_at_fork(after_in_child=PRESSES.forget)
atexit.register(PRESSES.close)
