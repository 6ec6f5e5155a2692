"""What the report of a case looks like: its fields, what follows from them, what may be the same thing, the foot."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.case_forms.evidence_field import EvidenceField
from app.case_forms.fields import WordsField
from app.case_forms.standard_field import StandardField
from app.case_ground.component_field import ComponentField
from app.case_intake.case_drafts import CaseDrafts
from app.case_intake.consequences import Consequences
from app.case_intake.reporter_fields import ReporterFields
from app.case_intake.twins import Twins
from app.desk import Desk
from app.intake.place_field import PlaceField
from app.parts.forms import button, caption, plain_label, show_words, small_button
from app.wording import label, one_line, text
from dispatch.case import EVIDENCE_KINDS, FROM_INCIDENT, SOURCES
from dispatch.standards import Standard

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class CasePage(QWidget):
    """Make the parts and lay them out; what they do is the panel's."""

    def __init__(
        self,
        desk: Desk,
        *,
        report: Callable[[], object],
        fix: Callable[[], object],
        clear: Callable[[], object],
        place: Callable[[], tuple[float, float] | None],
        drafts_file: Path | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self.title = plain_label(self._words("case_intake.new"), role="title", wraps=False)
        self.clear_button = small_button(
            self._words("case_intake.clear"), clear, tip=self._words("case_intake.clear_tip"), role="flat"
        )
        self.drafts = CaseDrafts(desk, drafts_file)
        self.origin = plain_label(role="muted")
        self.source = self._combo("case_intake.source")
        for source in SOURCES:
            if source != FROM_INCIDENT:
                self.source.addItem(label("case_source", source, desk.language), source)
        self.place = PlaceField(desk)
        self.cell = plain_label(role="muted")
        self.component = ComponentField(desk)
        self.standard = StandardField(desk)
        self.degree = self._combo("case_intake.degree")
        self.consequences = Consequences(desk)
        self.words = WordsField(self._words("case_intake.words"), self._words("case_intake.words_hint"))
        self.reporter = ReporterFields(desk)
        self.photographs = EvidenceField(desk, kinds=EVIDENCE_KINDS, place=place)
        self.twins = Twins(desk)
        self.said = plain_label()
        self.fix_button = button(
            self._words("case_intake.on_the_spot"), fix, tip=self._words("case_intake.on_the_spot_tip")
        )
        self.report_button = button(self._words("case_intake.report"), report, role="primary")
        self.report_button.setToolTip(f"{self._words('case_intake.report')} (Ctrl+Enter)")
        self._captions: dict[QWidget, QLabel] = {}
        self._lay_out()
        self._order_tabs()
        QApplication.instance().focusChanged.connect(self._keep_in_sight)  # type: ignore[union-attr]

    def show_row(self, field: QWidget, is_shown: bool) -> None:
        """Show a field with its caption, or neither."""
        field.setVisible(is_shown)
        self._captions[field].setVisible(is_shown)

    def show_degrees(self, standard: Standard | None, degree: str = "") -> None:
        """Offer the degrees that a class tells apart."""
        language = self._desk.language
        with QSignalBlocker(self.degree):
            self.degree.clear()
            for each in standard.handling if standard is not None else ():
                words, when = label("degree", each.degree, language), each.when
                if language == "zh" and each.when_zh:
                    when = each.when_zh
                if when:
                    words = self._words("case_intake.degree_when", degree=words, when=one_line(when, 120))
                self.degree.addItem(words, each.degree)
            self.degree.setCurrentIndex(max(0, self.degree.findData(degree)))

    def show_origin(self, incident_id: int | None, source: str) -> None:
        """Say where the report comes from: an incident, or one of the sources."""
        words = self._words("case_intake.from_incident", number=incident_id) if incident_id is not None else ""
        show_words(self.origin, words, "notice" if words else "")
        self.show_row(self.source, incident_id is None)
        self.source.setCurrentIndex(self.source.findData(source))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.drafts)
        head.addWidget(self.clear_button)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for key, field, below in (
            ("case_intake.source", self.source, None),
            ("case_intake.place", self.place, self.cell),
            ("case_intake.component", self.component, None),
            ("case_intake.class", self.standard, None),
            ("case_intake.degree", self.degree, self.consequences),
            ("case_intake.words", self.words, None),
            ("case_intake.reporter", self.reporter, None),
            ("case_intake.photographs", self.photographs, None),
        ):
            row = grid.rowCount()
            self._captions[field] = caption(self._words(key), self._buddy(field))
            self._captions[field].setAlignment(Qt.AlignmentFlag.AlignTop if field is self.words else _MIDDLE)
            grid.addWidget(self._captions[field], row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
            if below is not None:
                grid.addWidget(below, row + 1, 1)
            if field is self.degree:  # whoever sees that it is known need not write on
                grid.addWidget(self.twins, row + 2, 0, 1, 2)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(8, 6, 8, 4)
        inside.setSpacing(6)
        inside.addLayout(head)
        inside.addWidget(self.origin)
        inside.addLayout(grid)
        inside.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        scroll.setMinimumHeight(6 * self.fontMetrics().lineSpacing())
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 8)
        foot.addWidget(self.fix_button)
        foot.addStretch(1)
        foot.addWidget(self.report_button)
        said = QVBoxLayout()
        said.setContentsMargins(8, 0, 8, 0)
        said.addWidget(self.said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(scroll, 1)
        column.addLayout(said)
        column.addLayout(foot)

    def _buddy(self, field: QWidget) -> QWidget:
        """Return the part of a field that stands beside its caption."""
        if isinstance(field, (PlaceField, StandardField)):
            return field.entry
        return self.photographs.choose_button if field is self.photographs else field

    def _order_tabs(self) -> None:
        """Let Tab walk from the place on; where it comes from is seldom touched and comes last."""
        order = [self.place.entry, self.component, self.standard.entry, self.degree, self.words]
        order += [self.reporter.number, self.reporter.name, self.photographs.choose_button]
        order += [self.report_button, self.fix_button]
        order += [
            self.twins.rows,
            self.twins.same_button,
            self.place.map_button,
            self.source,
            self.drafts,
            self.clear_button,
        ]
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)

    def _keep_in_sight(self, before: QWidget | None, now: QWidget | None) -> None:
        """On a low screen the field that is typed in comes into view by itself."""
        if now is not None and self._scroll.widget().isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now, 0, 2 * self.fontMetrics().lineSpacing())

    def _combo(self, key: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(self._words(key))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(8)
        return made

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
