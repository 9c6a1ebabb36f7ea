"""PostgreSQL's own tools, which alone copy a whole database of a server and put it back."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, run
from tempfile import TemporaryFile
from typing import IO, Final, cast

from sqlalchemy import URL

from runner.errors import MotcuaError, Refused

PATIENCE: Final = "--lock-wait-timeout=60s"
"""How long a copy waits for who changes tables just now."""
SHOWN: Final = 500
"""How much of what a tool says about its failure is told."""


class ToolMissing(Refused):
    """Không tìm thấy {tool} của PostgreSQL; hãy cài bộ công cụ cùng phiên bản với máy chủ, hoặc nêu thư mục của nó ở MOTCUA_POSTGRES_TOOLS."""  # noqa: E501


class ToolVersion(Refused):
    """{tool} là bản {found}, còn máy chủ PostgreSQL là bản {server}; hãy dùng bộ công cụ cùng phiên bản với máy chủ."""


class ToolFailed(MotcuaError):
    """{tool} không làm được: {reason}"""


class PostgresTools:
    """The tools in `folder` ("": on the path), for a server of major version `server`."""

    def __init__(self, folder: str, server: int) -> None:
        self.folder = folder
        self.server = server

    def dump(self, url: URL, file: Path) -> None:
        """Copy the whole database at one moment into `file`. Raises `ToolMissing`, `ToolVersion`, `ToolFailed`."""
        words = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", PATIENCE]
        command = [self._found("pg_dump"), *words, f"--file={file}", f"--dbname={_address(url)}"]
        done = run(command, env=_environment(url), stdin=None, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise ToolFailed(tool="pg_dump", reason=_last(done.stderr))

    def load(self, file: Path, url: URL, then: Sequence[str]) -> None:
        """Put what `dump` copied into an empty database, execute `then`, all in one transaction. Raises as `dump`."""
        reader = [self._found("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
        writer = [self._found("psql"), "--no-psqlrc", "--quiet", "--no-password", "--single-transaction"]
        writer += ["--set=ON_ERROR_STOP=1", "--file=-", f"--dbname={_address(url)}"]
        with TemporaryFile() as read_errors, TemporaryFile() as write_errors:
            with (
                Popen(reader, stdout=PIPE, stderr=read_errors) as reading,  # noqa: S603
                Popen(writer, stdin=PIPE, stdout=DEVNULL, stderr=write_errors, env=_environment(url)) as writing,  # noqa: S603
            ):
                whole = _pass_on(reading, writing, _closing(then))
            ended = [("pg_restore", reading, read_errors), ("psql", writing, write_errors)]
            for tool, process, errors in ended if whole else reversed(ended):
                if process.returncode:
                    errors.seek(0)
                    said = _last(errors.read().decode(errors="replace"))
                    raise ToolFailed(tool=tool, reason=said or str(process.returncode))

    def _found(self, tool: str) -> str:
        """The path of a tool of the server's own version."""
        path = shutil.which(tool, path=self.folder or None)
        if path is None:
            raise ToolMissing(tool=tool)
        told = run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = re.search(r"\) (\d+)", told)
        if version is None or int(version[1]) != self.server:
            raise ToolVersion(tool=tool, found=version[1] if version else "?", server=self.server)
        return path


def _pass_on(reading: Popen[bytes], writing: Popen[bytes], closing: bytes) -> bool:
    """Hand what one process writes to the other, and then `closing`; where it was not the whole, what undoes it all.

    False where the one that writes gave up, so that the other was ended.
    """
    source, sink = cast(IO[bytes], reading.stdout), cast(IO[bytes], writing.stdin)
    try:
        shutil.copyfileobj(source, sink)
        sink.write(closing if reading.wait() == 0 else b"\nSELECT 1/0;\n")
        sink.close()
    except BrokenPipeError:  # psql has given up, and says why
        reading.kill()
        return False
    return True


def _closing(then: Sequence[str]) -> bytes:
    # The script of pg_restore empties the search path; these statements mean the tables that it has just made.
    return "\n".join(["", "RESET search_path;", *(f"{statement};" for statement in then), ""]).encode()


def _address(url: URL) -> str:
    """How the tools reach the database, without the password."""
    given = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    given.pop("password", None)
    return " ".join(f"{name}={_quoted(str(value))}" for name, value in sorted(given.items()))


def _quoted(value: str) -> str:
    """A value of libpq's connection strings."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _environment(url: URL) -> dict[str, str]:
    """This process's environment, with the URL's password where it names one."""
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    return {**os.environ, "PGTZ": "UTC", **password}


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " ".join(lines)[-SHOWN:]
