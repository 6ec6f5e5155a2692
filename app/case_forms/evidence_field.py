"""Photographs for a form: chosen or dropped, taken in apart, shown small, with what their position says."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import jobs
from app.case_forms.evidence_tile import THUMBNAIL_PX, EvidenceTile
from app.case_forms.shelf import Held, Shelf
from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import plain_label, show_words, small_button
from app.wording import one_line, sentence, text
from dispatch.case import Evidence
from dispatch.evidence_store import EvidenceAltered, EvidenceMissing, Kept
from dispatch.refused import Refused

logger = logging.getLogger(__name__)

MOST_FILES = 200
_MOST_PROBLEMS = 4
_MOST_PX = 240  # a row and the beginning of the next: more of them scroll
_FILTER = "*.jpg *.jpeg *.png *.JPG *.JPEG *.PNG"

Taken = tuple[Kept, bytes] | Exception


class EvidenceField(QWidget):
    """Hold the photographs of one form; `kinds` are those to choose from, the first is the usual.

    `place` answers lon/lat of the place spoken of, or None where it is not known yet: `check_places` asks it anew.
    `on_case` are the names of photographs that the case has already; `usual_kind` chooses the kind of the next one.
    """

    changed = Signal()

    def __init__(self, desk: Desk, *, kinds: tuple[str, ...], place: Callable[[], tuple[float, float] | None]) -> None:
        super().__init__()
        self._desk = desk
        self._kinds = kinds
        self._place = place
        self._waiting: deque[Path | Evidence] = deque()
        self._job: jobs.Job | None = None
        self._asked = self._failed = 0
        self._problems: list[str] = []
        self.on_case: frozenset[str] = frozenset()
        self.usual_kind: Callable[[tuple[Evidence, ...]], str] = lambda had: kinds[0]
        self.tiles: list[EvidenceTile] = []
        self.choose_button = small_button(self._words("case_form.photos_choose"), self.choose)
        self.hint = plain_label(self._words("case_form.photos_drop"), role="muted")
        self.progress = plain_label(role="muted")
        self.problems = plain_label()
        self.shown = Held()
        self._lay_out()
        self._show()

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was taken in, in the order in which it was given."""
        return tuple(tile.evidence for tile in self.tiles)

    def clear(self) -> None:
        """Begin with none; what is still being taken in is let go."""
        if self._job is not None:
            self._job.cancel()
        self._job = None
        self._waiting.clear()
        self._asked = self._failed = 0
        self._problems.clear()
        for tile in list(self.tiles):
            self._drop(tile)
        self._show()

    @property
    def is_busy(self) -> bool:
        """Tell whether files are still being taken in: what is sent now would be without them."""
        return self._job is not None or bool(self._waiting)

    def choose(self) -> None:
        """Ask for files."""
        photographs = self._words("case_form.photos")
        names, _ = QFileDialog.getOpenFileNames(
            self, self._words("case_form.photos_choose"), "", f"{photographs} ({_FILTER});;* (*)"
        )
        self.take(Path(name) for name in names)

    def take(self, files: Iterable[Path]) -> None:
        """Take files in, one after the other, apart from the window; what cannot be kept is said."""
        self._take(list(files))

    def take_again(self, evidence: Iterable[Evidence]) -> None:
        """Show photographs that were taken in before, as those of a draft; what is gone since is said."""
        self._take(list(evidence))

    def _take(self, sources: Sequence[Path | Evidence]) -> None:
        wanted = sources[: MOST_FILES - len(self.tiles) - len(self._waiting)]
        if not wanted or self._desk.album is None:
            return
        if not self.is_busy:
            self._asked = self._failed = 0
            self._problems.clear()
        self._asked += len(wanted)
        self._waiting.extend(wanted)
        self._next()
        self._changed()

    def check_places(self) -> None:
        """Hold the positions of all photographs against the place as it is known now."""
        for tile in self.tiles:
            tile.check_place(self._place())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and nothing else."""
        if self._desk.album is not None and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files that were dropped."""
        event.acceptProposedAction()
        self.take(_files(event))

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.choose_button)
        head.addWidget(self.hint, 1)
        self._flow = Flow(spacing=6)
        inside = QVBoxLayout(self.shown)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._flow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.progress)
        self._shelf = Shelf(self.shown, least_px=THUMBNAIL_PX, most_px=_MOST_PX)
        layout.addWidget(self._shelf)
        layout.addWidget(self.problems)

    def _next(self) -> None:
        album = self._desk.album
        if self._job is not None or not self._waiting or album is None:
            return
        source, zone = self._waiting.popleft(), _zone(self._desk.state.time_zone)

        def work(job: jobs.Job) -> tuple[Path | Evidence, Taken]:
            try:
                is_new = isinstance(source, Path)
                kept = album.take(source, zone=zone) if is_new else album.take_again(source.id, zone=zone)
                return source, (kept, album.thumbnail(kept.file.id))
            except Exception as problem:  # a file that is no photograph is no fault of the program
                if not isinstance(problem, (Refused, OSError, EvidenceMissing, EvidenceAltered, ValueError)):
                    logger.exception("a photograph could not be taken in")
                return source, problem

        self._job = jobs.start(work, done=self._on_taken)

    def _on_taken(self, answer: tuple[Path | Evidence, Taken]) -> None:
        source, taken = answer
        name = source.name if isinstance(source, Path) else source.id[:8]
        self._job = None
        if isinstance(taken, tuple):
            kind = source.kind if isinstance(source, Evidence) else self.usual_kind(self.evidence())
            self._add(name, kind, *taken)
        else:
            self._say_problem(name, self._reason(name, taken))
        self._next()
        self._changed()

    def _add(self, name: str, kind: str, kept: Kept, small: bytes) -> None:
        if kept.file.id in self.on_case or any(kept.file.id == tile.kept.file.id for tile in self.tiles):
            self._say_problem(name, sentence("evidence_twice", {}, self._desk.language))
            return
        tile = EvidenceTile(
            kept,
            small,
            name,
            kinds=self._kinds,
            kind=kind,
            language=self._desk.language,
            zone=self._desk.state.time_zone,
        )
        tile.check_place(self._place())
        tile.changed.connect(self.changed)
        tile.removed.connect(lambda: self._on_removed(tile))
        self.tiles.append(tile)
        self._flow.add(tile)

    def _on_removed(self, tile: EvidenceTile) -> None:
        self._drop(tile)
        self.choose_button.setFocus()
        self._changed()

    def _drop(self, tile: EvidenceTile) -> None:
        self.tiles.remove(tile)
        self._flow.drop(tile)

    def _reason(self, name: str, problem: Exception) -> str:
        language = self._desk.language
        if isinstance(problem, Refused):
            return sentence(problem.code, problem.parameters, language)
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        return sentence("evidence_cannot_read", {"name": one_line(name, 60), "why": why}, language)

    def _say_problem(self, name: str, reason: str) -> None:
        self._failed += 1
        self._problems.append(self._words("case_form.photo_problem", name=one_line(name, 60), reason=reason))

    def _changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        has_album = self._desk.album is not None
        self.choose_button.setEnabled(has_album and len(self.tiles) < MOST_FILES)
        hint = "case_form.photos_drop" if has_album else "case_form.photos_nowhere"
        show_words(self.hint, self._words(hint))
        now = self._asked - len(self._waiting)
        words = self._words("case_form.photos_taking", now=now, of=self._asked) if self.is_busy else ""
        show_words(self.progress, words)
        show_words(self.problems, self._problem_words(), "warning")
        self._shelf.setVisible(bool(self.tiles))
        self._shelf.updateGeometry()

    def _problem_words(self) -> str:
        if not self._problems:
            return ""
        kept, more = self._asked - self._failed - len(self._waiting), len(self._problems) - _MOST_PROBLEMS
        lines = self._problems[:_MOST_PROBLEMS]
        if more > 0:
            lines.append(self._words("case_form.photos_more_problems", count=more))
        if not self.is_busy:
            lines.append(self._words("case_form.photos_kept", kept=kept, of=self._asked))
        return "\n".join(lines)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
