"""The press: a program of its own, so that limits of time and memory end it and never the one that asks for a paper.

It reads a job from standard input (a line with the JSON ``{"template", "at"}``, then that of the values) and writes
the PDF to standard output. Typst finds no file but the templates beside it, no package, and no font but those in its
own library: the same job gives the same bytes on every machine. It imports nothing of this software.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Literal, cast

import typst

TEMPLATES = Path(__file__).parent / "templates"
NOWHERE = "/nonexistent"
CPU_SECONDS = 20
MEMORY = 3 * 2**29
"""Of address space: a small paper takes 90 MB, a table of 20,000 rows on 450 pages 1 GB."""
STANDARD: Literal["a-2a"] = "a-2a"
"""PDF/A-2a: made to be read in decades; fonts are inside, text has its order and language."""
UNDRAWN = "could not be displayed with font"
"""What the library says of a letter that no font has, such as a Chinese one: it is printed as a box, which the standard
does not allow."""


def limit() -> None:
    """Bound what this process may use; a file it cannot write at all."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Print one paper."""
    limit()
    head, _, values = sys.stdin.buffer.read().partition(b"\n")
    job = json.loads(head)
    compiler = typst.Compiler(
        root=str(TEMPLATES),
        font_paths=typst.Fonts(include_system_fonts=False),
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )
    source, inputs = str(TEMPLATES / f"{job['template']}.typ"), {"values": values.decode()}
    try:
        made = compiler.compile(input=source, sys_inputs=inputs, pdf_standards=STANDARD, timestamp=job["at"])
    except typst.TypstError as error:
        if UNDRAWN not in str(error):
            raise
        made = compiler.compile(input=source, sys_inputs=inputs, timestamp=job["at"])
    sys.stdout.buffer.write(cast(bytes, made))


if __name__ == "__main__":
    main()
