"""The choosers above the map: how time is taken together, how large squares are, what is near."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.demand.count import HowFar
from app.parts.flow import Flow
from app.parts.forms import plain_label
from app.wording import label, text
from dispatch.demand.places import RHYTHMS, SIDES_M

WITHIN_M = (50.0, 75.0, 100.0, 150.0, 250.0, 500.0)
WITHIN_H = (0.0, 1.0, 4.0, 12.0, 24.0, 168.0)


class LookBar(Flow):
    """Hold how places are looked for; `changed` gives another way."""

    changed = Signal(object)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=6)
        self._language = language
        usual = HowFar()
        self.rhythm = self._chooser(
            "demand.rhythm", [(label("demand_rhythm", each, language), each) for each in RHYTHMS], usual.rhythm
        )
        self.side = self._chooser(
            "demand.side", [(text("demand.side_m", language, side=f"{each:g}"), each) for each in SIDES_M], usual.side_m
        )
        self.within = self._chooser(
            "demand.within", [(text("demand.within_m", language, within=f"{each:g}"), each) for each in WITHIN_M],
            usual.within_m,
        )  # fmt: skip
        hours = [
            (text("demand.in_time_h", language, hours=f"{each:g}") if each else text("demand.no_time", language), each)
            for each in WITHIN_H
        ]
        self.hours = self._chooser("demand.in_time", hours, usual.within_h)

    def how(self) -> HowFar:
        """Return how places are looked for."""
        return HowFar(
            str(self.rhythm.currentData()), float(self.side.currentData()), float(self.within.currentData()),
            float(self.hours.currentData()),
        )  # fmt: skip

    def _chooser(self, key: str, items: Iterable[tuple[str, object]], usual: object) -> QComboBox:
        made = QComboBox()
        name = text(key, self._language)
        made.setAccessibleName(name)
        for words, code in items:
            made.addItem(words, code)
        made.setCurrentIndex(max(0, made.findData(usual)))
        made.activated.connect(lambda _: self.changed.emit(self.how()))
        field = QWidget()
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(5)
        row.addWidget(plain_label(name, role="muted", wraps=False))
        row.addWidget(made)
        self.add(field)
        return made
