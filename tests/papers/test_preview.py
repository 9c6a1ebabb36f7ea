"""Previews of attached files: pages as PNG, and a sentence for whatever a file tries."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from runner.domain.form.attachment import DOCX, JPEG, PDF, PNG
from runner.papers import preview as room
from runner.papers.preview import WIDTH, PreviewFailed, preview
from runner.papers.report import Heading, Report, Text

WORDS = tuple(Text("Điều kiện cấp phép.\n" * 60) for _ in range(3))


def pdf() -> bytes:
    at, blocks = datetime(2022, 9, 26, tzinfo=UTC), (Heading("Giấy phép"), *WORDS)
    return Report(at, ("Sở",), "Hà Tĩnh", "Dự thảo", "", "", blocks).pdf()


def picture(kind: str, size: tuple[int, int] = (2000, 1000)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "tọa độ nhà riêng"
    Image.new("RGB", size, "red").save(out, kind, exif=exif)
    return out.getvalue()


def test_pages_of_a_pdf_are_pictures() -> None:
    content = pdf()
    first, last = preview(PDF, content), preview(PDF, content, 1)
    assert first.pages == last.pages >= 2 and first.png != last.png
    with Image.open(BytesIO(first.png)) as drawn:
        assert abs(drawn.width - WIDTH) <= 1 and len(drawn.convert("L").getcolors() or ()) > 10
    with pytest.raises(PreviewFailed):
        preview(PDF, content, first.pages)


@pytest.mark.parametrize(("type", "kind"), [(JPEG, "JPEG"), (PNG, "PNG")])
def test_a_picture_is_encoded_anew_without_what_else_its_file_holds(type: str, kind: str) -> None:
    shown = preview(type, picture(kind)).png
    with Image.open(BytesIO(shown)) as drawn:
        assert drawn.format == "PNG" and drawn.size == (WIDTH, WIDTH // 2) and not drawn.getexif()


def bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (PDF, b"%PDF-1.7\n%%EOF"),
        (PDF, b""),
        (PNG, bomb()),
        (PNG, b"\x89PNG\r\n\x1a\n"),
        (JPEG, b"\xff\xd8\xff" + b"\0" * 100),
        (PNG, picture("JPEG", (10, 4000))),
        (DOCX, b"PK\x03\x04"),
    ],
    ids=["empty", "nothing", "bomb", "cut", "zeros", "strip", "no preview"],
)
def test_hostile_files_end_in_a_sentence(type: str, content: bytes) -> None:
    with pytest.raises(PreviewFailed, match="Không xem trước được tệp này"):
        preview(type, content)


def test_what_draws_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SECONDS", 0.05)
    with pytest.raises(PreviewFailed):
        preview(PDF, pdf())
