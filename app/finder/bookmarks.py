"""Views that somebody named, a city each, in a plain file of the seat."""

from __future__ import annotations

import json
import logging
import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.wording.plain import one_line

logger = logging.getLogger(__name__)
MOST_BOOKMARKS = 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One named view: its middle in lon/lat and its scale."""

    name: str
    lon: float
    lat: float
    metres_per_pixel: float


class Bookmarks(QObject):
    """Hold one city's bookmarks in their order; every change is written at once.

    A file that cannot be read is kept aside: `broken` tells where. `not_kept` tells why a change was not written.
    """

    changed = Signal()
    broken = Signal(str)
    not_kept = Signal(str)

    def __init__(self, file: Path | None, city: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._city = city
        self.kept_aside: Path | None = None  # a broken file that was found at the start
        self.all: tuple[Bookmark, ...] = tuple(_bookmarks(self._read().get(city)))

    def add(self, bookmark: Bookmark) -> None:
        """Put a bookmark at the end; one of the same name is replaced where it stands."""
        bookmark = replace(bookmark, name=_name(bookmark.name))
        if not bookmark.name:
            return
        at = self._place(bookmark.name)
        if at is None:
            self._keep((*self.all, bookmark)[-MOST_BOOKMARKS:])
        else:
            self._keep((*self.all[:at], bookmark, *self.all[at + 1 :]))

    def rename(self, old: str, new: str) -> None:
        """Give a bookmark another name; nothing happens where the name is empty or another one's."""
        at, new = self._place(old), _name(new)
        if at is not None and new and new != old and self._place(new) is None:
            self._keep((*self.all[:at], replace(self.all[at], name=new), *self.all[at + 1 :]))

    def remove(self, name: str) -> None:
        """Forget a bookmark."""
        self._keep(tuple(one for one in self.all if one.name != name))

    def _place(self, name: str) -> int | None:
        return next((at for at, one in enumerate(self.all) if one.name == name), None)

    def _keep(self, bookmarks: tuple[Bookmark, ...]) -> None:
        if bookmarks == self.all:
            return
        self.all = bookmarks
        self._write()
        self.changed.emit()

    def _write(self) -> None:
        if self._file is None:
            return
        kept = self._read()  # another city's may have been changed by another program meanwhile
        kept[self._city] = [[one.name, one.lon, one.lat, one.metres_per_pixel] for one in self.all]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part = self._file.with_name(f".{self._file.name}.{secrets.token_hex(4)}")
            part.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(self._file)
        except OSError as problem:
            logger.warning("the bookmarks are not kept: %s", problem)
            self.not_kept.emit(problem.strerror or str(problem))

    def _read(self) -> dict[str, Any]:
        if self._file is None:
            return {}
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if not isinstance(kept, dict):
                raise ValueError("not a table of cities")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as problem:
            self._put_aside(problem)
            return {}
        return kept

    def _put_aside(self, problem: Exception) -> None:
        assert self._file is not None
        aside = self._file.with_name(f"{self._file.stem}.unread-{time.strftime('%Y%m%d-%H%M%S')}{self._file.suffix}")
        try:
            self._file.rename(aside)
        except OSError:
            return
        logger.warning("the bookmarks could not be read (%s) and are kept as %s", problem, aside)
        self.kept_aside = aside
        self.broken.emit(str(aside))


def _name(words: str) -> str:
    return one_line(words, LONGEST_NAME).strip()


def _bookmarks(kept: object) -> list[Bookmark]:
    """Take what is usable of what was kept, each name once."""
    found: dict[str, Bookmark] = {}
    for entry in kept[:MOST_BOOKMARKS] if isinstance(kept, list) else ():
        if not isinstance(entry, Sequence) or len(entry) != 4 or not isinstance(entry[0], str):
            continue
        numbers = [one for one in entry[1:] if isinstance(one, int | float) and math.isfinite(one)]
        name = _name(entry[0])
        if len(numbers) == 3 and name and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90 and numbers[2] > 0:
            found.setdefault(name, Bookmark(name, *(float(one) for one in numbers)))
    return list(found.values())
