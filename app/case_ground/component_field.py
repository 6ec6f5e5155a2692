"""A choice of the components that stand near a place; what the class speaks of and stands at the place is taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from app.case_ground.advice import class_of_component
from app.cases.words import class_name
from app.desk import Desk
from app.wording import one_line, text
from dispatch.standards import Standard
from dispatch.state import State
from gis.components import Component

CHOSEN_WITHIN_M = 8.0


def component_name(state: State, component: Component, language: str) -> str:
    """Name what a component is, by its class; by its layer where that is of several classes or none."""
    standard_id = class_of_component(state, component)
    return class_name(state, standard_id, language) if standard_id else one_line(component.layer, 40)


class ComponentField(QComboBox):
    """Offer components; what the operator chose stays chosen while it stands there and the class may speak of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._near: tuple[tuple[Component, float], ...] = ()
        self.setAccessibleName(text("case_intake.component", desk.language))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @property
    def component(self) -> Component | None:
        """Return the component in hand, where the ground knows it."""
        row = self.currentIndex() - 1
        return self._near[row][0] if 0 <= row < len(self._near) else None

    @property
    def code(self) -> str:
        """Return the code of the component in hand, empty for none."""
        return str(self.currentData() or "")

    def show_near(
        self, near: Sequence[tuple[Component, float]], standard: Standard | None, *, known: str | None = None
    ) -> bool:
        """Offer components with their distance in metres; tell whether there are any.

        `known` is the code that a case has already ("" none): it is chosen, also where the ground does not name it.
        """
        held = self.component
        self._near = tuple(near)
        codes = [component.code for component, _ in near]
        with QSignalBlocker(self):
            self.clear()
            self.addItem(text("case_intake.no_component", self._desk.language), "")
            for component, away_m in near:
                self.addItem(self._words(component, away_m), component.code)
            if known and known not in codes:
                codes.append(known)
                self.addItem(text("case_intake.component_known", self._desk.language, code=known), known)
            if known is None:
                self.setCurrentIndex(self._meant(held, standard))
            else:
                self.setCurrentIndex(codes.index(known) + 1 if known else 0)
        return bool(codes)

    def _meant(self, held: Component | None, standard: Standard | None) -> int:
        rows = list(enumerate(self._near, start=1))
        if standard is None:
            return next((row for row, (one, _) in rows if one == held), 0)
        of_class = [(row, one, away_m) for row, (one, away_m) in rows if standard.layer and one.layer == standard.layer]
        kept = next((row for row, one, _ in of_class if one == held), 0)
        return kept or next((row for row, _, away_m in of_class if away_m <= CHOSEN_WITHIN_M), 0)

    def _words(self, component: Component, away_m: float) -> str:
        language = self._desk.language
        name = component_name(self._desk.state, component, language)
        return text("case_intake.component_row", language, name=name, distance_m=away_m, code=component.code)
