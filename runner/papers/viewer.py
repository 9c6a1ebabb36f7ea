"""The viewer: a program of its own that draws a page of somebody's file, so that limits end it and never who asks.

It reads a job from standard input (a line with the JSON ``{"type", "page", "width"}``, then the file) and writes a line
with the JSON ``{"pages"}``, then the page as PNG. Nothing in a file runs: PDF is drawn without scripts and forms,
pictures are decoded and encoded anew. It imports nothing of this software.
"""

from __future__ import annotations

import json
import resource
import sys
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps

CPU_SECONDS = 10
MEMORY = 2**30
"""Of address space."""
MOST_PAGES = 2000
MOST_PIXELS = 40_000_000
"""Of a picture that is decoded; a scan of A3 at 300 dpi has 17 million."""
TALLEST = 4
"""How many times taller than wide a page is drawn at most."""


def limit() -> None:
    """Bound what this process may use; a file it cannot write at all."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def drawn(data: bytes, page: int, width: int) -> tuple[int, bytes]:
    """How many pages a PDF has, and one of them (from 0) as PNG, so many pixels wide."""
    document = pypdfium2.PdfDocument(data)
    count = min(len(document), MOST_PAGES)
    shown = document[page]
    across, down = shown.get_size()
    if across <= 0 or down > TALLEST * across:
        raise ValueError("shape")
    picture = shown.render(scale=width / across, may_draw_forms=False).to_pil()
    return count, encoded(picture)


def redrawn(data: bytes, width: int) -> tuple[int, bytes]:
    """A picture, no wider than asked for, encoded anew: without what else its file holds."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
        if opened.width * opened.height > MOST_PIXELS or opened.height > 4 * TALLEST * opened.width:
            raise ValueError("size")
        opened.draft("RGB", (width, width * 2))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((width, width * TALLEST))
        return 1, encoded(upright)


def encoded(picture: Image.Image) -> bytes:
    """A picture as PNG without anything beside its pixels."""
    plain = picture.convert("RGBA") if picture.mode in ("P", "LA", "PA", "RGBA") else picture.convert("RGB")
    bare = Image.new("RGB", plain.size, "white")
    bare.paste(plain, mask=plain if plain.mode == "RGBA" else None)
    out = BytesIO()
    bare.save(out, "png")
    return out.getvalue()


def main() -> None:
    """Draw one page."""
    limit()
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    job = json.loads(head)
    if job["type"] == "application/pdf":
        pages, png = drawn(data, job["page"], job["width"])
    else:
        pages, png = redrawn(data, job["width"])
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + png)


if __name__ == "__main__":
    main()
