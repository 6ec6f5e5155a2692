"""The child program that decodes photographs: a decoder may crash or take gigabytes there, and the desk goes on.

Run as `python -m app.evidence.picture_child` by `app.evidence.pictures_apart`. In: a line of JSON, then the bytes it
counts; out: a line of JSON, then bytes. It opens no file for anybody and can write none. It ends when its input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import IO, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, qInstallMessageHandler
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QImageWriter, QPainter, QTransform

from app.evidence.pictures_apart import COPY, THUMBNAIL

MOST_MEMORY_BYTES = 3_000_000_000  # 108 megapixels three times over: read, made plain, turned
MOST_IMAGE_MB = 1_000
MOST_WARNINGS = 20
THUMBNAIL_QUALITY, COPY_QUALITY = 80, 93
PNG_QUALITY = 80  # of a PNG, Qt's quality is how little it is packed; nothing of the picture is lost
_MIRRORED = frozenset({2, 4, 5, 7})  # orientations as EXIF counts them
_TURNS = {3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}  # clockwise, after mirroring left and right

Job = dict[str, Any]


class Undecodable(ValueError):
    """The decoder made no whole picture of it: `no_picture`, `another_size`, `breaks_off` or `memory`."""


def answer_of(job: Job, data: bytes, warnings: list[str]) -> bytes:
    """Return a photograph upright, in sRGB, of pixels alone: as a small JPEG, or as a copy in its own format.

    `job`: do (thumbnail, copy), format (jpeg, png), width_px, height_px, orientation, edge_px. `warnings` is where the
    decoder's warnings arrive. Raises Undecodable.
    """
    is_small = job["do"] == THUMBNAIL
    image = _decoded(job, data, warnings, edge_px=job["edge_px"] if is_small else 0)
    image = _plain(image, has_alpha=image.hasAlphaChannel() and not is_small)
    if job["orientation"] in _MIRRORED:
        image = image.flipped(Qt.Orientation.Horizontal)
    if job["orientation"] in _TURNS:
        image = image.transformed(QTransform().rotate(_TURNS[job["orientation"]]))
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    is_png = job["do"] == COPY and job["format"] == "png"
    writer = QImageWriter(out, QByteArray(b"png" if is_png else b"jpeg"))
    writer.setQuality(PNG_QUALITY if is_png else THUMBNAIL_QUALITY if is_small else COPY_QUALITY)
    if not writer.write(image):
        raise Undecodable("no_picture")
    return bytes(out.data().data())


def _decoded(job: Job, data: bytes, warnings: list[str], *, edge_px: int) -> QImage:
    """Decode; with `edge_px` no larger than that, and of a JPEG only as much as that needs."""
    warnings.clear()
    source = QBuffer()
    source.setData(QByteArray(data))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(source, QByteArray(job["format"].encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(False)
    reader.setAllocationLimit(MOST_IMAGE_MB)
    size = reader.size()
    if not size.isValid():
        raise Undecodable("no_picture")
    if (size.width(), size.height()) != (job["width_px"], job["height_px"]):
        raise Undecodable("another_size")
    is_reduced = 0 < edge_px < max(size.width(), size.height())
    if is_reduced and job["format"] == "jpeg" and 2 * edge_px < max(size.width(), size.height()):
        reader.setScaledSize(_within(size, 2 * edge_px))
    image = reader.read()
    if image.isNull():
        raise Undecodable("no_picture")
    if any("premature end" in warning.lower() for warning in warnings):
        raise Undecodable("breaks_off")
    if is_reduced:
        ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        return image.scaled(_within(size, edge_px), ignore, smooth)
    return image


def _within(size: QSize, edge_px: int) -> QSize:
    return size.scaled(edge_px, edge_px, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _plain(image: QImage, *, has_alpha: bool) -> QImage:
    """Return the pixels in sRGB on a new sheet, because texts, profiles and resolution go along with an old one."""
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    sheet = QImage(image.size(), QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32)
    if sheet.isNull():
        raise Undecodable("memory")
    sheet.fill(Qt.GlobalColor.transparent if has_alpha else Qt.GlobalColor.white)
    image.setDevicePixelRatio(1.0)
    painter = QPainter(sheet)
    painter.drawImage(0, 0, image)
    painter.end()
    return sheet


def serve(jobs: IO[bytes], answers: IO[bytes], warnings: list[str]) -> None:
    """Answer jobs until there are no more; one that fails is answered with why."""
    while line := jobs.readline():
        job = json.loads(line)
        data = jobs.read(job["size"])
        try:
            made, why = answer_of(job, data, warnings), ""
        except Undecodable as error:
            made, why = b"", str(error)
        except MemoryError:
            made, why = b"", "memory"
        answers.write(json.dumps({"size": len(made), "why": why}).encode() + b"\n" + made)
        answers.flush()


def main() -> None:
    """Answer the jobs of standard input until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _be_small()
    warnings: list[str] = []

    def note(_kind: object, _where: object, words: str) -> None:
        if len(warnings) < MOST_WARNINGS:
            warnings.append(words[:200])

    qInstallMessageHandler(note)
    serve(sys.stdin.buffer, answers, warnings)
    os._exit(0)  # a decoder that crashes while it is taken down has nothing to say any more


def _be_small() -> None:
    """Take little from the desk, no more memory than a photograph needs, and the means to write a file."""
    if hasattr(os, "nice"):
        os.nice(5)
    with contextlib.suppress(ImportError):
        import resource

        limits = {
            resource.RLIMIT_AS: MOST_MEMORY_BYTES, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0,
        }  # fmt: skip
        for what, most in limits.items():
            with contextlib.suppress(ValueError, OSError):  # a narrower limit stands already
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
