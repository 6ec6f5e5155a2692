"""When something is to happen: now, after some minutes, or as soon as something has come about."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from app.parts.flow import Flow
from app.parts.forms import caption, number_field
from app.trainer.condition_words import condition_words, incident_words
from app.trainer.form import MOST_MIN, NotYet
from app.trainer.picks import UnitPick
from app.trainer.sitting import Sitting
from app.wording import label, text
from dispatch import injects as i
from dispatch.exercise.due import own_key
from dispatch.exercise.exercise import PREFIX
from dispatch.exercise.fleet import key_of
from dispatch.injects import STATUSES, Condition

NOW, LATER = "now", "later"
KINDS = (NOW, LATER, i.ON_SCENE, i.UNIT, i.UNATTENDED, i.ALARM, i.CLOSED, i.FEW_FREE)
_OF_INCIDENT = frozenset({i.ON_SCENE, i.UNATTENDED, i.ALARM, i.CLOSED})
_COUNTED = frozenset({i.ON_SCENE, i.ALARM, i.FEW_FREE})
_OF_CAPABILITY = frozenset({i.ON_SCENE, i.FEW_FREE})
MOST_OFFERED = 200


class WhenField(QWidget):
    """Ask for one condition. `conditions` is empty for now."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._offered: tuple[tuple[str, str], ...] = ()
        language = sitting.language
        self.kind = QComboBox()
        for each in KINDS:
            self.kind.addItem(label("plan_when", each, language), each)
        self.count = number_field()
        self.count.setRange(0, 99)
        self.count.setValue(1)
        self.count.setAccessibleName(text("trainer.plan_count", language))
        self.what = QComboBox()
        self.what.setAccessibleName(text("trainer.plan_what", language))
        self.what.addItem(text("trainer.any_unit", language), "")
        units = sitting.state.roster.units
        for code in sorted({each for unit in units for each in unit.capabilities}):
            self.what.addItem(label("capability", code, language), code)
        self.unit = UnitPick(sitting)
        self.unit.now.hide()
        self.unit.setMaximumWidth(150)
        self.status = QComboBox()
        self.status.setAccessibleName(text("trainer.plan_status", language))
        for each in STATUSES:
            self.status.addItem(label("inject_status", each, language), each)
        self.incident = QComboBox()
        self.incident.setAccessibleName(text("trainer.about", language))
        self.incident.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.incident.setMaximumWidth(260)
        self.after = number_field()
        self.after.setRange(0, MOST_MIN)
        self.after.setValue(10)
        self.after.setAccessibleName(text("trainer.plan_after", language))
        self.line = Flow()
        self.line.add(caption(text("trainer.plan", language), self.kind))
        for part in (self.kind, self.count, self.what, self.unit, self.status, self.incident, self.after):
            self.line.add(part)
        self.kind.setAccessibleName(text("trainer.plan", language))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(lambda _: self._show_parts())
        self.refresh()
        self._show_parts()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return what it is to wait for, nothing for now. Raises NotYet."""
        kind, after_s = self.kind.currentData(), 60.0 * self.after.value()
        if kind == NOW:
            return ()
        sitting = self._sitting
        if kind == LATER:
            return (Condition(i.CLOCK, after_s=max(0.0, round(sitting.seconds(sitting.at), 3)) + after_s),)
        incident = self.incident.currentData() if kind in _OF_INCIDENT else ""
        if kind in _OF_INCIDENT and not incident:
            raise NotYet(self.incident, text("trainer.no_incident", sitting.language))
        unit = self.unit.unit_id if kind == i.UNIT else ""
        if kind == i.UNIT and not unit:
            raise NotYet(self.unit.box, self.unit.missing_words)
        return (
            Condition(
                kind,
                incident=incident,
                unit=unit,
                capability=self.what.currentData() if kind in _OF_CAPABILITY else "",
                status=self.status.currentData() if kind == i.UNIT else "",
                count=self.count.value() if kind in _COUNTED else 1,
                after_s=0.0 if kind == i.FEW_FREE else after_s,
            ),
        )

    @property
    def words(self) -> str:
        """Say what is waited for; empty for now."""
        return "; ".join(condition_words(self._sitting, each) for each in self.conditions)

    def refresh(self) -> None:
        """Offer the incidents that there are now and those that are to come; the one that is chosen stays."""
        offered = tuple(self._incidents())[:MOST_OFFERED]
        self.unit.refresh()
        if offered == self._offered or self.incident.view().isVisible():
            return
        held, self._offered = self.incident.currentData(), offered
        with QSignalBlocker(self.incident):
            self.incident.clear()
            for words, key in offered:
                self.incident.addItem(words, key)
            self.incident.setCurrentIndex(max(0, self.incident.findData(held)) if offered else -1)

    def empty(self) -> None:
        """Go back to now."""
        self.kind.setCurrentIndex(0)

    def _incidents(self) -> Iterator[tuple[str, str]]:
        sitting, state = self._sitting, self._sitting.state
        keys = {call_id: key for key, call_id in sitting.exercise.call_ids.items()}
        for number in sorted(state.open_incidents, reverse=True):
            key = key_of(state, number, keys) or own_key(number)
            yield incident_words(sitting, key), key
        for item in sitting.exercise.incoming:
            if f"{PREFIX}-incident-{item.key}" not in state.answered:
                yield incident_words(sitting, item.key), item.key

    def _show_parts(self) -> None:
        kind = self.kind.currentData()
        language = self._sitting.language
        self.count.setVisible(kind in _COUNTED)
        self.count.setMinimum(0 if kind == i.FEW_FREE else 1)
        self.count.setPrefix(text("trainer.plan_level", language) if kind == i.ALARM else "")
        self.count.setSuffix("" if kind == i.ALARM else " ×")
        self.what.setVisible(kind in _OF_CAPABILITY)
        for part in (self.unit, self.status):
            part.setVisible(kind == i.UNIT)
        self.incident.setVisible(kind in _OF_INCIDENT)
        self.after.setVisible(kind not in (NOW, i.FEW_FREE))
        is_wait = kind in (LATER, i.UNATTENDED)
        self.after.setMinimum(1 if is_wait else 0)
        self.after.setSpecialValueText("" if is_wait else text("trainer.plan_at_once", language))
        if not is_wait and kind != NOW:
            self.after.setValue(0)
        elif is_wait and self.after.value() < 2:
            self.after.setValue(5)
        self.after.setPrefix(text("trainer.plan_in" if kind == LATER else "trainer.plan_then", language))
        self.after.setSuffix(" " + text("trainer.minutes", language))
