"""One line of the incident in hand: the cameras that see its place, best first, each a button."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.desk import Desk
from app.parts.camera_words import camera_name, compass, why
from app.parts.forms import plain_label, show_words, small_button
from app.wording import text, tooltip
from app.wording.durations import distance
from resources.camera_sight import Seen

MOST = 5


class SeenBy(QWidget):
    """Show up to five cameras by their rank on the map; a click takes the camera in hand. Hidden where none sees."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids: list[str] = []
        self.best = plain_label(role="muted")
        self.buttons = [small_button(str(n + 1), lambda n=n: self._take(n)) for n in range(MOST)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.best, 1)
        for made in self.buttons:
            made.setCheckable(True)
            made.setMinimumWidth(made.fontMetrics().horizontalAdvance("5") + 16)
            layout.addWidget(made)
        desk.sight_changed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the cameras that see the incident in hand, as far as that is known."""
        sight, desk = self._desk.sight, self._desk
        incident = desk.state.incidents.get(desk.selection.incident_id or 0)
        at = (incident.location.lon, incident.location.lat) if incident is not None else None
        seeing = [one for one in sight.seen if one.is_seeing] if sight is not None and sight.place == at else []
        seeing = seeing[:MOST]
        self._ids = [one.camera.id for one in seeing]
        for number, made in enumerate(self.buttons):
            made.setVisible(number < len(seeing))
            if number < len(seeing):
                tip = self._tip(seeing[number])
                made.setToolTip(tooltip(tip))  # a camera's name comes from outside
                made.setAccessibleName(tip)
                made.setChecked(seeing[number].camera.id == desk.selection.camera_id)
        if seeing:
            best, language = seeing[0], desk.language
            words = text("cameras.seen_by", language)
            side = f"{distance(best.distance_m)} {compass(best.bearing_deg, language)}"
            show_words(self.best, f"{words} {side} · {why(best, language)}")
        self.setVisible(bool(seeing))

    def _tip(self, one: Seen) -> str:
        language = self._desk.language
        return text(
            "cameras.seen_by_tip",
            language,
            camera=camera_name(one.camera, language),
            distance=f"{distance(one.distance_m)} {compass(one.bearing_deg, language)}",
            reason=why(one, language),
        )

    def _take(self, number: int) -> None:
        if number < len(self._ids):
            self._desk.select(
                incident_id=self._desk.selection.incident_id,
                unit_id=self._desk.selection.unit_id,
                camera_id=self._ids[number],
            )
        self.refresh()
