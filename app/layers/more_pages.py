"""The pages of a look beside its colours: labels, the filter, scales and opacity."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.layers.fields import FieldInfo
from app.layers.look_page import choose_field, field_choice
from app.layers.scales import metres_per_pixel, number_of
from app.parts.forms import button, decimal_field, number_field, plain_label, small_button
from app.wording import label, text
from maps.user_layers import OPERATORS, Condition, Look

TYPING_MS = 250
MOST_CONDITIONS = 12


class LabelsPage(QWidget):
    """Edit what is written at every feature."""

    changed = Signal()

    def __init__(self, fields: Sequence[FieldInfo], look: Look, language: str = "en") -> None:
        super().__init__()
        self.field = field_choice(fields, language, none=text("layers.labels_none", language))
        choose_field(self.field, look.label_field, language)
        self.size = decimal_field()
        self.size.setRange(6.0, 40.0)
        self.size.setDecimals(0)
        self.size.setSuffix(" px")
        self.size.setValue(look.label_size_px)
        form = QFormLayout(self)
        form.addRow(text("layers.labels", language), self.field)
        form.addRow(text("layers.size", language), self.size)
        self.field.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.size.valueChanged.connect(lambda _: self.changed.emit())

    def look(self, look: Look) -> Look:
        """Answer a look with what stands on this page."""
        return replace(look, label_field=str(self.field.currentData() or ""), label_size_px=self.size.value())


class FilterPage(QWidget):
    """Edit the conditions that a feature must meet, all of them."""

    changed = Signal()

    def __init__(self, fields: Sequence[FieldInfo], look: Look, language: str = "en") -> None:
        super().__init__()
        self._fields, self._language = fields, language
        self.rows: list[tuple[QWidget, QComboBox, QComboBox, QLineEdit]] = []
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self._lines = QVBoxLayout()
        self.add = button(text("layers.condition_add", language), lambda: self.add_row(Condition("", "=", "")))
        column = QVBoxLayout(self)
        column.addWidget(plain_label(text("layers.filter_help", language), role="muted"))
        column.addLayout(self._lines)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        for condition in look.conditions:
            self.add_row(condition)

    def add_row(self, condition: Condition) -> None:
        """Add a condition to edit."""
        if len(self.rows) >= MOST_CONDITIONS:
            return
        field = field_choice(self._fields, self._language)
        field.setMinimumContentsLength(14)
        if condition.field:
            choose_field(field, condition.field, self._language)
        sign = QComboBox()
        for operator in OPERATORS:
            sign.addItem(label("operator", operator, self._language), operator)
        sign.setCurrentIndex(OPERATORS.index(condition.operator))
        value = QLineEdit(condition.value)
        value.setMinimumWidth(90)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field, 2)
        row.addWidget(sign)
        row.addWidget(value, 1)
        row.addWidget(
            small_button("✕", lambda: self._remove(line), tip=text("layers.condition_remove", self._language))
        )
        self.rows.append((line, field, sign, value))
        self._lines.addWidget(line)
        value.setEnabled("empty" not in condition.operator)
        field.currentIndexChanged.connect(lambda _: self.changed.emit())
        sign.currentIndexChanged.connect(
            lambda _: (value.setEnabled("empty" not in str(sign.currentData())), self.changed.emit())
        )
        value.textEdited.connect(lambda _: self._typing.start())

    def look(self, look: Look) -> Look:
        """Answer a look with what stands on this page; a row whose value is still to be written counts for nothing."""
        conditions = [
            Condition(
                str(field.currentData() or ""), str(sign.currentData()), value.text() if value.isEnabled() else ""
            )
            for _, field, sign, value in self.rows
        ]
        kept = tuple(one for one in conditions if one.field and (one.value or "empty" in one.operator))
        return replace(look, conditions=kept)

    def _remove(self, line: QWidget) -> None:
        self.rows = [row for row in self.rows if row[0] is not line]
        self._lines.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.changed.emit()


class ScalePage(QWidget):
    """Edit opacity, and between which scales a layer is drawn."""

    changed = Signal()

    def __init__(self, look: Look, here: Callable[[], float], language: str = "en") -> None:
        super().__init__()
        self._here = here
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(look.opacity * 100))
        is_far = math.isfinite(look.coarsest_mpp)
        self.far, self.far_number = self._end(text("layers.scale_far", language), is_far, look.coarsest_mpp)
        self.near, self.near_number = self._end(
            text("layers.scale_near", language), look.finest_mpp > 0, look.finest_mpp
        )
        form = QFormLayout(self)
        form.addRow(text("layers.opacity", language), self.opacity)
        for tick, number in ((self.far, self.far_number), (self.near, self.near_number)):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(number, 1)
            row.addWidget(small_button(text("layers.scale_here", language), lambda t=tick, n=number: self._take(t, n)))
            form.addRow(tick, line)
        self.opacity.valueChanged.connect(lambda _: self.changed.emit())
        for tick, number in ((self.far, self.far_number), (self.near, self.near_number)):
            tick.toggled.connect(number.setEnabled)
            tick.toggled.connect(lambda _: self.changed.emit())
            number.valueChanged.connect(lambda _: self.changed.emit())

    def look(self, look: Look) -> Look:
        """Answer a look with what stands on this page; where the ends are crossed, the nearer one gives way."""
        far = metres_per_pixel(self.far_number.value()) if self.far.isChecked() else math.inf
        near = metres_per_pixel(self.near_number.value()) if self.near.isChecked() else 0.0
        return replace(look, opacity=self.opacity.value() / 100, coarsest_mpp=far, finest_mpp=min(near, far))

    def _end(self, words: str, is_on: bool, scale: float) -> tuple[QCheckBox, QSpinBox]:
        tick = QCheckBox(words)
        tick.setChecked(is_on)
        number = number_field()
        number.setRange(50, 20_000_000)
        number.setGroupSeparatorShown(True)
        number.setPrefix("1:")
        number.setKeyboardTracking(False)
        number.setValue(number_of(scale if is_on else self._here()))
        number.setEnabled(is_on)
        return tick, number

    def _take(self, tick: QCheckBox, number: QSpinBox) -> None:
        number.setValue(number_of(self._here()))
        tick.setChecked(True)
