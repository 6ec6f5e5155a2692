"""Photographs for tests, ordinary and hostile, made here: JPEG and PNG by Qt, EXIF blocks and chunks by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

SECRET = b"Collector-Aino-Phone-SN-4711"


def scene(width_px: int = 64, height_px: int = 48) -> QImage:
    """Return a picture whose corners are red, green, blue and white from the top left on, clockwise."""
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    half, rest = width_px // 2, height_px // 2
    for left, top, colour in ((0, 0, "red"), (half, 0, "lime"), (half, rest, "blue"), (0, rest, "white")):
        painter.fillRect(left, top, width_px - half, height_px - rest, QColor(colour))
    painter.end()
    return image


def corners(data: bytes) -> str:
    """Return the colours of a picture's corners, clockwise from the top left, as letters of r, g, b, w."""
    image = QImage.fromData(QByteArray(data))
    right, bottom = image.width() - 3, image.height() - 3
    seen = (image.pixelColor(QPoint(x, y)) for x, y in ((2, 2), (right, 2), (right, bottom), (2, bottom)))
    return "".join(
        "w"
        if min(each.red(), each.green(), each.blue()) > 128
        else "rgb"[max(range(3), key=lambda channel: (each.red(), each.green(), each.blue())[channel])]
        for each in seen
    )


def written(image: QImage, kind: bytes, *, progressive: bool = False) -> bytes:
    """Return an image as a file's bytes."""
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(out, QByteArray(kind))
    writer.setProgressiveScanWrite(progressive)
    if kind == b"jpeg":
        writer.setQuality(92)
    assert writer.write(image), writer.errorString()
    return bytes(out.data().data())


def jpeg(width_px: int = 64, height_px: int = 48, *, exif: bytes = b"", progressive: bool = False) -> bytes:
    """Return a JPEG, with an EXIF block if one is given."""
    data = written(scene(width_px, height_px), b"jpeg", progressive=progressive)
    return with_segment(data, 0xE1, b"Exif\0\0" + exif) if exif else data


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """Return a JPEG with one more segment right behind its start."""
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + data[2:]


def with_size(data: bytes, width_px: int, height_px: int) -> bytes:
    """Return a JPEG whose header claims another size."""
    at = next(at for at in range(len(data)) if data[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
    return data[: at + 5] + struct.pack(">HH", height_px, width_px) + data[at + 9 :]


def png(width_px: int = 64, height_px: int = 48) -> bytes:
    """Return a PNG."""
    return written(scene(width_px, height_px), b"png")


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG's chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    """Return a PNG with one more chunk right behind its header."""
    return data[:33] + chunk(kind, content) + data[33:]


def drawn_png(
    width_px: int, height_px: int, packed: bytes, *, depth: int = 8, colour: int = 2, interlace: int = 0
) -> bytes:
    """Return a PNG by hand, whose picture data are `packed` whatever they are."""
    header = struct.pack(">IIBBBBB", width_px, height_px, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def archive() -> bytes:
    """Return a ZIP with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.exe", b"MZ")
    return out.getvalue()


def film() -> bytes:
    """Return the boxes of a film, as a moving photograph carries them."""
    return b"".join(
        struct.pack(">I4s", 8 + len(content), kind) + content
        for kind, content in ((b"ftyp", b"isom\0\0\0\0"), (b"mdat", b"x" * 40), (b"moov", b""))
    )


def directory() -> bytes:
    """Return what Samsung's telephones write behind a photograph."""
    block = struct.pack("<HHI", 0, 0x0A01, 14) + b"Image_UTC_Data" + b"1772438400000"
    head = b"SEFH" + struct.pack("<IIHHII", 107, 1, 0, 0x0A01, len(block), len(block))
    return block + head + struct.pack("<I", len(head)) + b"SEFT"


def exif_block(
    *,
    taken: str = "",
    offset: str = "",
    fraction: str = "",
    position: tuple[float, float] | None = None,
    error_m: float | None = None,
    gps_at: tuple[str, tuple[int, int, int]] | None = None,
    status: str = "",
    orientation: int = 0,
    order: str = "<",
) -> bytes:
    """Return an EXIF block; it names its owner, so that a test sees whether that stays behind."""
    gps: list[tuple[int, int, bytes]] = []
    if position is not None:
        for field, value, sides in ((1, position[1], "NS"), (3, position[0], "EW")):
            seconds = round(abs(value) * 3_600_000)
            parts = (seconds // 3_600_000, 1, seconds // 60_000 % 60, 1, seconds % 60_000, 1000)
            gps.append((field, 2, sides[value < 0].encode() + b"\0"))
            gps.append((field + 1, 5, struct.pack(f"{order}6I", *parts)))
    if gps_at is not None:
        gps.append((7, 5, struct.pack(f"{order}6I", *(part for value in gps_at[1] for part in (value, 1)))))
    if status:
        gps.append((9, 2, status.encode() + b"\0"))
    if gps_at is not None:
        gps.append((0x1D, 2, gps_at[0].encode() + b"\0"))
    if error_m is not None:
        gps.append((0x1F, 5, struct.pack(f"{order}2I", round(error_m * 10), 10)))
    words = ((0x9003, taken), (0x9011, offset), (0x9291, fraction))
    clock = [(field, 2, text.encode() + b"\0") for field, text in words if text]
    main = [(0x013B, 2, SECRET + b"\0")]
    if orientation:
        main.insert(0, (0x0112, 3, struct.pack(f"{order}H", orientation)))
    return tiff(main, {0x8769: clock, 0x8825: gps}, order=order)


def tiff(
    main: list[tuple[int, int, bytes]], tables: dict[int, list[tuple[int, int, bytes]]], *, order: str = "<"
) -> bytes:
    """Return a TIFF block of a main table and those it points to; a field is (number, type, value's bytes)."""
    block = bytearray(struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8))
    pointers = {field: table for field, table in tables.items() if table}
    begins = 8 + _length([*main, *((field, 4, b"\0" * 4) for field in pointers)])
    fields = list(main)
    for field, table in pointers.items():
        fields.append((field, 4, struct.pack(f"{order}I", begins)))
        begins += _length(table)
    for table in ([*fields], *pointers.values()):
        block += _table(table, len(block), order)
    return bytes(block)


_SIZES = {2: 1, 3: 2, 4: 4, 5: 8}


def _length(table: list[tuple[int, int, bytes]]) -> int:
    return 6 + 12 * len(table) + sum(len(value) for _, _, value in table if len(value) > 4)


def _table(table: list[tuple[int, int, bytes]], start: int, order: str) -> bytes:
    head, beside = struct.pack(f"{order}H", len(table)), b""
    behind = start + 6 + 12 * len(table)
    for field, kind, value in table:
        where = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(f"{order}I", behind + len(beside))
        head += struct.pack(f"{order}HHI", field, kind, len(value) // _SIZES[kind]) + where
        beside += value if len(value) > 4 else b""
    return head + b"\0\0\0\0" + beside
