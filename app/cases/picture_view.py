"""One photograph as large as the panel allows, with what is known of it, and a copy of it without personal data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import jobs
from app.cases.evidence_strip import caption_of
from app.cases.standing_words import away_words
from app.cases.thumbnails import Thumbnails, why_not
from app.cases.words import when_words
from app.desk import Desk
from app.parts.deed_line import DeedLine
from app.parts.forms import plain_label, show_words, small_button
from app.wording import listed, one_line, text
from dispatch.account_commands import RecordExport
from dispatch.case import Exhibit
from dispatch.case_commands import ErasePhotograph
from dispatch.evidence_standing import Standing, Where
from dispatch.evidence_store import EvidenceAltered, EvidenceAway, EvidenceMissing
from dispatch.refused import Refused

_EDGE_PX = 1600  # as much as a panel on a large screen can show


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.pixmap: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.pixmap is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        spot = self.rect()
        spot.setSize(self.pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        spot.moveLeft((self.width() - spot.width()) // 2)
        painter.drawPixmap(spot, self.pixmap)
        painter.end()


class PictureView(QWidget):
    """Show one exhibit inside the panel; `left` says that it is put away. The small picture stands first."""

    left = Signal()
    stepped = Signal(int)

    def __init__(self, desk: Desk, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._desk = desk
        self._thumbnails = thumbnails
        self._exhibit: Exhibit | None = None
        self._case_id = 0
        self._reading: jobs.Job | None = None
        self._is_away = False
        language = desk.language
        self.picture = _Picture()
        self.picture.setAccessibleName(text("case.photograph", language))
        self.caption = plain_label(role="muted")
        self.said = plain_label()
        self.back_button = small_button(text("case.picture_back", language), self.left.emit)
        self.previous_button = small_button(
            "‹", lambda: self.stepped.emit(-1), tip=text("case.picture_previous", language)
        )
        self.next_button = small_button("›", lambda: self.stepped.emit(1), tip=text("case.picture_next", language))
        self.export_button = small_button(
            text("case.export", language), self.export, tip=text("case.export_tip", language)
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for made in (self.back_button, self.previous_button, self.next_button):
            buttons.addWidget(made)
        self.erase_button = small_button(
            text("case.erase", language), self.ask_erasing, tip=text("case.erase_tip", language)
        )
        self.deed = DeedLine(desk)
        buttons.addStretch(1)
        buttons.addWidget(self.erase_button)
        buttons.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(buttons)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.caption)
        layout.addWidget(self.said)
        layout.addWidget(self.deed)
        layout.addWidget(self.deed.said)
        desk.state_changed.connect(lambda entry, state: self._show_erased())
        thumbnails.made.connect(self._on_thumbnail)
        self.hide()

    @property
    def exhibit(self) -> Exhibit | None:
        """Return what is shown."""
        return self._exhibit

    def show_exhibit(self, case_id: int, exhibit: Exhibit, *, alone: bool = False) -> None:
        """Show a photograph of a case; `alone`: it has no others to step to."""
        self._case_id, self._exhibit = case_id, exhibit
        show_words(self.said, "")
        show_words(self.caption, caption_of(self._desk, case_id, exhibit))
        for made in (self.previous_button, self.next_button):
            made.setEnabled(not alone)
        self.picture.pixmap = None
        self.deed.put_away()
        is_erased = self._show_erased()
        for made, may in ((self.export_button, True), (self.erase_button, self._desk.may(ErasePhotograph))):
            made.setVisible(may and not is_erased)
        if not is_erased:
            self._on_thumbnail(exhibit.evidence.id)
            self._read_whole(exhibit.evidence.id)
        self.show()
        self.picture.update()

    def put_away(self) -> None:
        """Show nothing any more."""
        self._exhibit = None
        self.picture.pixmap = None
        self.deed.put_away()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self.hide()

    def ask_erasing(self) -> None:
        """Ask why the photograph is to be erased, and say on which other cases it stands."""
        exhibit, language = self._exhibit, self._desk.language
        if exhibit is None:
            return
        evidence_id = exhibit.evidence.id
        others = [one for one in self._desk.state.cases_of_evidence.get(evidence_id, ()) if one != self._case_id]
        numbers = listed(map(str, others[:5]), language) or None
        self.deed.ask_deed(
            text("case.erase_why", language, numbers=numbers),
            lambda reason: ErasePhotograph(evidence_id, reason),
            do_words=text("case.erase_do", language),
        )

    def export(self) -> None:
        """Write a copy of pixels alone where the user's pictures are; a job does it and says where."""
        album, exhibit, case_id = self._desk.album, self._exhibit, self._case_id
        if album is None or exhibit is None:
            return
        language = self._desk.language
        folder = export_folder()
        name = f"case-{case_id}-{exhibit.evidence.kind}-{exhibit.evidence.id[:8]}"
        self.export_button.setEnabled(False)

        def write(job: jobs.Job) -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            return album.export_copy(exhibit.evidence.id, folder, name=name)

        def done(path: Path) -> None:
            self.export_button.setEnabled(True)
            self._say(exhibit, text("case.exported", language, path=str(path)), "good")
            self._record(case_id, exhibit)

        def failed(problem: BaseException) -> None:
            self.export_button.setEnabled(True)
            if isinstance(problem, FileExistsError):
                self._say(exhibit, text("case.exported_before", language, path=str(folder / name)), "notice")
            elif isinstance(problem, Exception):
                self._say(exhibit, why_not(problem, language), "warning")

        jobs.start(write, done=done, failed=failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self.stepped.emit(-1)
        elif event.key() == Qt.Key.Key_Right:
            self.stepped.emit(1)
        else:
            super().keyPressEvent(event)

    def _show_erased(self) -> bool:
        """Say who had the photograph erased, where that is so, and show nothing of it any more; tell whether it is."""
        exhibit, state, language = self._exhibit, self._desk.state, self._desk.language
        erased = state.erased_photographs.get(exhibit.evidence.id) if exhibit is not None else None
        if erased is None:
            return False
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self.picture.pixmap = None
        self.picture.update()
        self.erase_button.hide()
        self.export_button.hide()
        when = when_words(erased.erased_at, self._desk.clock(), state.time_zone, language)
        name, reason = one_line(erased.actor, 40), one_line(erased.reason, 300)
        show_words(self.said, text("case.erased_by", language, when=when, name=name, reason=reason), "notice")
        return True

    def _record(self, case_id: int, exhibit: Exhibit) -> None:
        """Let the log know that something left the building."""
        self._desk.send(RecordExport("photograph", f"case {case_id}, {exhibit.evidence.id}"))

    def _say(self, exhibit: Exhibit, words: str, level: str) -> None:
        if exhibit is self._exhibit:
            show_words(self.said, words, level)
        else:
            self._desk.said.emit("info" if level != "warning" else level, words)

    def _on_thumbnail(self, evidence_id: str) -> None:
        if self._exhibit is None or self._exhibit.evidence.id != evidence_id:
            return
        show_words(self.caption, caption_of(self._desk, self._case_id, self._exhibit))
        if self.picture.pixmap is not None:
            return
        answer = self._thumbnails.find(evidence_id)
        if isinstance(answer, QPixmap):
            self.picture.pixmap = answer
            self.picture.update()
            if self._is_away:
                show_words(self.said, "")
                self._read_whole(evidence_id)
        elif answer is not None:
            standing = self._desk.album.standing(evidence_id) if self._desk.album is not None else None
            if standing is None or standing.is_here:
                show_words(self.said, answer, "warning")
            else:
                self._say_away(standing)

    def _say_away(self, standing: Standing) -> None:
        """Say where a photograph is that comes from another seat; it is shown as soon as it is here."""
        self._is_away = True
        level = "warning" if standing.where in (Where.SPOILT, Where.FAILED) else "notice"
        show_words(self.said, away_words(standing, self._desk.language), level)

    def _read_whole(self, evidence_id: str) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._is_away = False
        album, language = self._desk.album, self._desk.language
        if album is None:
            return

        def read(job: jobs.Job) -> QImage | str | Standing:
            try:
                image = QImage.fromData(QByteArray(album.look_at(evidence_id)))
            except EvidenceAway as away:
                return away.standing
            except (Refused, EvidenceMissing, EvidenceAltered, OSError) as problem:
                return why_not(problem, language)
            if max(image.width(), image.height()) > _EDGE_PX:
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaled(QSize(_EDGE_PX, _EDGE_PX), Qt.AspectRatioMode.KeepAspectRatio, smooth)
            return image

        def done(answer: QImage | str | Standing) -> None:
            self._reading = None
            if self._exhibit is None or self._exhibit.evidence.id != evidence_id:
                return
            if isinstance(answer, Standing):
                self._say_away(answer)
            elif isinstance(answer, QImage) and not answer.isNull():
                self.picture.pixmap = QPixmap.fromImage(answer)
                self.picture.update()
            elif isinstance(answer, str):
                show_words(self.said, answer, "warning")

        self._reading = jobs.start(read, done=done)


def export_folder() -> Path:
    """Return where copies are written: a folder of their own among the user's pictures."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(pictures or Path.home()) / "Opsroom"
