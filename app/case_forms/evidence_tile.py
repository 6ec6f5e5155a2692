"""One photograph in a form: small, of which kind, and where it was taken as far as its camera says."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app.parts.forms import plain_label, show_words, small_button
from app.wording import label, one_line, text, tooltip
from app.wording.durations import day_and_clock, distance
from dispatch.case import Evidence
from dispatch.evidence import PositionCheck, position_check
from dispatch.evidence_store import Kept

THUMBNAIL_PX = 96
WIDTH_PX = 118
_NOWHERE = PositionCheck("none")


class EvidenceTile(QFrame):
    """Show one photograph that was taken in; it can be left out again until the form is sent."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, kept: Kept, small: bytes, name: str, *, kinds: tuple[str, ...], kind: str, language: str, zone: str
    ) -> None:
        super().__init__()
        self.kept = kept
        self._check = _NOWHERE
        self._language = language
        self.name = one_line(name, 80)
        self.picture = QLabel()
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.picture.setFixedSize(THUMBNAIL_PX, THUMBNAIL_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setPixmap(_pixmap(small, self.devicePixelRatioF()))
        self.picture.setToolTip(tooltip(self._told(zone)))
        self.picture.setAccessibleName(self.name)
        self.kind = QComboBox()
        self.kind.setAccessibleName(text("case_form.photo_kind", language))
        for each in kinds:
            self.kind.addItem(label("evidence_kind", each, language), each)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        if len(kinds) < 2:  # shown it is with the tile: by itself, before it has a place, it would be a window
            self.kind.hide()
        self.kind.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.only_kind = plain_label("" if len(kinds) > 1 else label("evidence_kind", kinds[0], language), wraps=False)
        tip = text("case_form.photo_remove", language, name=self.name)
        self.remove_button = small_button("×", self.removed.emit, tip=tip, role="flat")
        self.position = plain_label(role="muted")
        self._lay_out()

    @property
    def evidence(self) -> Evidence:
        """Return what the form sends of it."""
        answer, apart_m = self._check.answer, self._check.distance_m
        near = None if answer == "none" else answer == "near"
        return Evidence(self.kept.file.id, self.kind.currentData(), near, None if apart_m is None else float(apart_m))

    def check_place(self, place: tuple[float, float] | None) -> None:
        """Say how the camera's position stands to the place spoken of."""
        check = self._check = _NOWHERE if place is None else position_check(self.kept.exif, place)
        if place is None:
            show_words(self.position, "")
            return
        words = label("position_check", check.answer, self._language)
        if check.answer == "far":
            words = text("case_form.photo_far", self._language, where=words, apart=distance(check.distance_m))
        show_words(self.position, words, {"near": "good", "far": "warning"}.get(check.answer, ""))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(self.kind, 1)
        foot.addWidget(self.only_kind, 1)
        foot.addWidget(self.remove_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(foot)
        layout.addWidget(self.position)
        layout.addStretch(1)
        # Three in a row of a narrow dock; wider only where large letters need it.
        kind = self.kind if self.kind.count() > 1 else self.only_kind
        self.setFixedWidth(max(WIDTH_PX, kind.minimumSizeHint().width() + self.remove_button.sizeHint().width()))

    def _told(self, zone: str) -> str:
        file = self.kept.file
        taken = day_and_clock(file.taken_at, zone) if file.taken_at is not None else ""
        problem = self.kept.exif.problem
        lines = (
            self.name,
            f"{file.width_px} × {file.height_px}",
            text("case_form.photo_taken", self._language, taken=taken) if taken else "",
            label("exif_problem", problem, self._language) if problem else "",
            file.id[:12],
        )
        return "\n".join(line for line in lines if line)


def _pixmap(small: bytes, ratio: float) -> QPixmap:
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray(small), "JPEG")  # type: ignore[arg-type]
    edge = round(THUMBNAIL_PX * ratio)
    if not pixmap.isNull():
        pixmap = pixmap.scaled(
            edge, edge, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        pixmap.setDevicePixelRatio(ratio)
    return pixmap
