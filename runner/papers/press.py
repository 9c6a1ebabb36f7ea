"""The press: a program of its own, so that limits of time and memory end it and never the one that asks for a paper.

It reads jobs from standard input, one after the other: a line with the JSON ``{"template", "at", "size"}``, then `size`
bytes of JSON, the values. To each it answers a line, ``{"size"}`` with the PDF after it, or ``{"error"}``. It ends with
its input. Typst finds no file but the templates of this room, no package, and no font but those of two libraries: the
same job gives the same bytes on every machine, whatever was printed before. It imports nothing of this software.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, Literal, cast

import fontpkg_crimson_text
import typst

TEMPLATES = Path(__file__).parent
FONTS = Path(fontpkg_crimson_text.ROOT) / "files"
"""Letters near those of Times New Roman. The library's own serif sets some Vietnamese marks wrong in bold: its ể reads
as ẽ, the circumflex of its Ộ and Ậ flies off."""
NOWHERE = "/nonexistent"
CPU_SECONDS = 20
"""Of one job."""
MEMORY = 3 * 2**29
"""Of address space: a small paper takes 90 MB, a table of 20,000 rows on 450 pages 1 GB."""
STANDARD: Literal["a-2a"] = "a-2a"
"""PDF/A-2a: made to be read in decades; fonts are inside, text has its order and language."""
UNDRAWN = "could not be displayed with font"
"""What the library says of a letter that no font has, such as a Chinese one: it is printed as a box, which the standard
does not allow."""


def limit() -> None:
    """Bound what this process may use; a file it cannot write at all."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow() -> None:
    """Allow the next job its time."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, most))


def printed(compiler: typst.Compiler, job: dict[str, Any], values: str) -> bytes:
    """The PDF of one job."""
    source, inputs = str(TEMPLATES / f"{job['template']}.typ"), {"values": values}
    try:
        made = compiler.compile(input=source, sys_inputs=inputs, pdf_standards=STANDARD, timestamp=job["at"])
    except typst.TypstError as error:
        if UNDRAWN not in str(error):
            raise
        made = compiler.compile(input=source, sys_inputs=inputs, timestamp=job["at"])
    return cast(bytes, made)


def main() -> None:
    """Print what is asked for, until nothing is."""
    limit()
    compiler = typst.Compiler(
        root=str(TEMPLATES),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]),
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )
    for line in iter(sys.stdin.buffer.readline, b""):
        job = json.loads(line)
        values = sys.stdin.buffer.read(job["size"]).decode()
        allow()
        try:
            made = printed(compiler, job, values)
            answer: dict[str, Any] = {"size": len(made)}
        except typst.TypstError as error:
            made, answer = b"", {"error": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + made)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
