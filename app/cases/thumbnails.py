"""Small pictures of evidence, made one after the other in a job and kept while the desk is open."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from app import jobs
from app.cases.standing_words import away_words
from app.desk import Desk
from app.wording import sentence, text
from dispatch.evidence_store import EvidenceAltered, EvidenceAway, EvidenceMissing
from dispatch.refused import Refused

MOST_KEPT = 400  # of some 300 kB once unpacked
Answer = QPixmap | str
"""A picture, or the words why there is none."""


class Thumbnails(QObject):
    """Answer pictures by their hash; `made` tells that one is there that was asked for."""

    made = Signal(str)
    _moved = Signal(str)  # from whatever thread brings photographs from other seats

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._wanted: deque[str] = deque()
        self._making = ""
        self._leave: Callable[[], None] | None = None
        self._moved.connect(self._on_moved, Qt.ConnectionType.QueuedConnection)

    def find(self, evidence_id: str) -> Answer | None:
        """Return a picture or why there is none; None while it is being made, and `made` tells of it then."""
        kept = self._kept.get(evidence_id)
        if kept is not None:
            self._kept.move_to_end(evidence_id)
            return kept
        if evidence_id != self._making and evidence_id not in self._wanted:
            self._wanted.append(evidence_id)
            self._next()
        return None

    def forget_wishes(self) -> None:
        """Make no more of what was asked for and not begun: another case is looked at."""
        self._wanted.clear()

    def forget(self, evidence_id: str) -> None:
        """Let go of a picture that was erased."""
        self._kept.pop(evidence_id, None)

    def _next(self) -> None:
        if self._making or not self._wanted:
            return
        self._making = self._wanted.popleft()
        album = self._desk.album
        if album is None:
            self._keep(text("case.no_album", self._desk.language))
            return
        if self._leave is None:
            self._leave = album.subscribe(self._moved.emit)
        evidence_id = self._making

        def make(job: jobs.Job) -> QImage | str:
            try:
                # The bytes were made by the child that decodes: they are its own small JPEG.
                return QImage.fromData(QByteArray(album.thumbnail(evidence_id)))
            except EvidenceAway as away:
                return away_words(away.standing, self._desk.language, is_short=True)
            except (Refused, EvidenceMissing, EvidenceAltered, OSError) as problem:
                return why_not(problem, self._desk.language)

        jobs.start(make, done=self._on_made, failed=lambda problem: self._keep(str(problem)))

    def _on_made(self, answer: QImage | str) -> None:
        if isinstance(answer, QImage):
            missing = text("case.no_picture", self._desk.language)
            self._keep(missing if answer.isNull() else QPixmap.fromImage(answer))
        else:
            self._keep(answer)

    def _on_moved(self, evidence_id: str) -> None:
        """Show what has come from another seat, and say how what has not stands now."""
        album, known = self._desk.album, self._kept.get(evidence_id)
        standing = album.standing(evidence_id) if album is not None else None
        if isinstance(known, str) and standing is not None:
            if standing.is_here:
                del self._kept[evidence_id]
            else:
                self._kept[evidence_id] = away_words(standing, self._desk.language, is_short=True)
        self.made.emit(evidence_id)

    def _keep(self, answer: Answer) -> None:
        evidence_id, self._making = self._making, ""
        self._kept[evidence_id] = answer
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.made.emit(evidence_id)
        self._next()


def why_not(problem: Exception, language: str) -> str:
    """Word why there is no picture."""
    if isinstance(problem, EvidenceAway):
        return away_words(problem.standing, language)
    if isinstance(problem, Refused):
        return sentence(problem.code, problem.parameters, language)
    if isinstance(problem, EvidenceMissing):
        return text("case.evidence_missing", language)
    if isinstance(problem, EvidenceAltered):
        return text("case.evidence_altered", language)
    return text("case.evidence_unread", language, reason=str(problem))
