"""Photographs are taken in once decoded, shown small from a cache that is not trusted, and handed out plain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.evidence import album as album_module
from app.evidence.album import Album
from dispatch.evidence_store import EvidenceAltered, EvidenceMissing, EvidenceStore
from dispatch.photograph import Photograph, inspect
from dispatch.refused import Refused
from tests import photographs as p


class Pictures:
    """Decode in this process, and count."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def thumbnail(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        self.asked.append(("thumbnail", orientation))
        if b"broken" in data:
            raise Refused("evidence_undecodable", photograph_why="breaks_off")
        return p.jpeg(32, 24)

    def copy(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        self.asked.append(("copy", orientation))
        return p.jpeg(photograph.width_px, photograph.height_px)

    def close(self) -> None:
        self.asked.append(("close", 0))


Made = tuple[Album, Pictures, Callable[[bytes], Path]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    pictures = Pictures()
    album = Album(EvidenceStore(tmp_path / "evidence"), tmp_path / "small", pictures=pictures)  # type: ignore[arg-type]

    def photo(data: bytes) -> Path:
        (tmp_path / "IMG.jpg").write_bytes(data)
        return tmp_path / "IMG.jpg"

    return album, pictures, photo


def test_a_thumbnail_is_made_once_and_kept_by_hash(made: Made, tmp_path: Path) -> None:
    album, pictures, photo = made
    name = album.take(photo(p.jpeg(exif=p.exif_block(orientation=6)))).file.id
    assert pictures.asked == [("thumbnail", 6)]
    small = album.thumbnail(name)
    assert small == album.thumbnail(name) == (tmp_path / "small" / f"{name}.jpg").read_bytes()
    assert pictures.asked == [("thumbnail", 6)]
    album.forget(name)
    assert album.thumbnail(name) == small
    assert pictures.asked == [("thumbnail", 6)] * 2
    assert [path.suffix for path in (tmp_path / "small").iterdir()] == [".jpg"]


def test_a_photograph_that_no_decoder_opens_is_not_kept(made: Made, tmp_path: Path) -> None:
    album, _, photo = made
    with pytest.raises(Refused, match="breaks_off"):
        album.take(photo(p.with_segment(p.jpeg(), 0xFE, b"broken")))
    assert not (tmp_path / "evidence").exists()
    assert not (tmp_path / "small").exists()


@pytest.mark.parametrize("content", [b"", b"<svg>", p.jpeg()[:-30]])
def test_a_kept_thumbnail_that_is_spoilt_is_made_again(made: Made, tmp_path: Path, content: bytes) -> None:
    album, pictures, photo = made
    name = album.take(photo(p.jpeg())).file.id
    (tmp_path / "small" / f"{name}.jpg").write_bytes(content)
    assert inspect(album.thumbnail(name)).width_px == 32
    assert len(pictures.asked) == 2


def test_what_was_changed_in_the_store_has_no_thumbnail_and_no_copy(made: Made, tmp_path: Path) -> None:
    album, _, photo = made
    name = album.take(photo(p.jpeg())).file.id
    album.forget(name)
    (tmp_path / "evidence" / name[:2] / name).write_bytes(p.jpeg(60, 40))
    with pytest.raises(EvidenceAltered):
        album.thumbnail(name)
    with pytest.raises(EvidenceAltered):
        album.export_copy(name, tmp_path)
    for strange in ("f" * 64, "../IMG"):
        with pytest.raises(EvidenceMissing):
            album.thumbnail(strange)


def test_a_cache_that_cannot_be_written_stops_nobody(made: Made, tmp_path: Path) -> None:
    album, _, photo = made
    (tmp_path / "small").write_text("a file where the folder should be")
    name = album.take(photo(p.jpeg())).file.id
    assert inspect(album.thumbnail(name)).width_px == 32


def test_the_cache_keeps_the_newest(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    album, _, photo = made
    monkeypatch.setattr(album_module, "MOST_THUMBNAILS", 3)
    monkeypatch.setattr(album_module, "_TRIM_EVERY", 1)
    names = [album.take(photo(p.jpeg(40 + each, 30))).file.id for each in range(5)]
    assert sorted(path.stem for path in (tmp_path / "small").iterdir()) == sorted(names[2:])


def test_a_copy_is_written_under_a_name_and_never_over_a_file(made: Made, tmp_path: Path) -> None:
    album, pictures, photo = made
    name = album.take(photo(p.jpeg(exif=p.exif_block(orientation=3)))).file.id
    path = album.export_copy(name, tmp_path, name="case-14-after-1")
    assert path == tmp_path / "case-14-after-1.jpg"
    assert p.SECRET in album.store.read(name) and p.SECRET not in path.read_bytes()
    assert pictures.asked[-1] == ("copy", 3)
    with pytest.raises(FileExistsError):
        album.export_copy(name, tmp_path, name="case-14-after-1")


def test_it_is_whole_with_the_child(tmp_path: Path) -> None:
    album = Album(EvidenceStore(tmp_path / "evidence"), tmp_path / "small")
    (tmp_path / "a.png").write_bytes(p.with_chunk(p.png(640, 480), b"eXIf", p.exif_block(orientation=8)))
    kept = album.take(tmp_path / "a.png")
    assert (kept.file.width_px, kept.file.height_px) == (480, 640)
    assert inspect(album.thumbnail(kept.file.id)).height_px == 320
    copy = album.export_copy(kept.file.id, tmp_path)
    found = inspect(copy.read_bytes(), copy.name)
    assert (found.media_type, found.height_px, found.exif) == ("image/png", 640, b"")
    album.close()


def test_the_whole_picture_to_look_at_is_what_the_child_wrote_anew(made: Made) -> None:
    album, pictures, photo = made
    name = album.take(photo(p.jpeg(120, 90, exif=p.exif_block(orientation=3)))).file.id
    assert b"Exif" not in album.look_at(name)
    assert pictures.asked[-1] == ("copy", 3)
