"""Look at the bytes of a photograph without decoding them: is it one, whole, of a bearable size, and nothing else?

What is kept is JPEG and PNG, as cameras and telephones write them: both can be walked from end to end in a page of
code, and a decoder then meets nothing that was not walked. HEIC, WebP and raw files are refused by their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from dispatch.photograph_behind import check_nothing_else
from dispatch.photograph_jpeg import walk_jpeg
from dispatch.photograph_png import walk_png
from dispatch.photograph_walk import MOST_BYTES, Walked
from dispatch.refused import Refused

JPEG, PNG = "image/jpeg", "image/png"
EXTENSIONS = {JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"), PNG: (".png",)}
_BEGINNINGS = (  # of other things that people choose by mistake, or that are sent under a photograph's name
    (b"GIF8", "gif"), (b"BM", "bmp"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"II+\0", "tiff"), (b"%PDF", "pdf"),
    (b"PK\3\4", "zip"), (b"\x1f\x8b", "gzip"), (b"MZ", "program"), (b"\x7fELF", "program"), (b"8BPS", "psd"),
    (b"\xff\x0a", "jxl"), (b"\0\0\0\x0cJXL ", "jxl"), (b"\0\0\0\x0cjP  ", "jp2"),
)  # fmt: skip
_BRANDS = {b"heic": "heic", b"heix": "heic", b"heim": "heic", b"mif1": "heic", b"msf1": "heic", b"avif": "avif"}


@dataclass(frozen=True, slots=True)
class Photograph:
    """Say what a photograph's bytes are: its media type, its size in pixels as stored, and its EXIF block, raw.

    `exif` is personal data: read it, and let it go.
    """

    media_type: str
    width_px: int
    height_px: int
    exif: bytes = b""


def inspect(data: bytes, name: str = "", *, most_bytes: int = MOST_BYTES) -> Photograph:
    """Return what `data` is; a JPEG or a PNG from its first byte to its last. `name` is what the file was called.

    Raises Refused, with codes that begin with `evidence_`.
    """
    check_size(len(data), most_bytes=most_bytes)
    if data.startswith(b"\xff\xd8\xff"):
        media_type, walk = JPEG, walk_jpeg
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        media_type, walk = PNG, walk_png
    else:
        raise Refused("evidence_not_a_photograph", photograph_found=_kind(data))
    extension = PurePath(name).suffix.lower()
    if extension and extension not in EXTENSIONS[media_type]:
        raise Refused("evidence_wrong_extension", extension=extension[:20], photograph_found=media_type)
    check_nothing_else(data)
    walked: Walked = walk(data)
    return Photograph(media_type, walked.width_px, walked.height_px, walked.exif)


def check_size(size_bytes: int, *, most_bytes: int = MOST_BYTES) -> None:
    """Refuse a file of nothing or of too much, before it is read."""
    if size_bytes == 0:
        raise Refused("evidence_empty")
    if size_bytes > most_bytes:
        raise Refused("evidence_too_large", megabytes=round(size_bytes / 1e6, 1), most=most_bytes // 1_000_000)


def _kind(data: bytes) -> str:
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "text" if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"#!", b"{")) else "unknown"
