"""One line that offers a unit on its way to something less urgent; the same key gives it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.desk import Desk
from app.parts.forms import give_key
from app.sending.offers import Offers
from app.wording import text

KEY = "Alt+R"
_WORDS = {
    "redirected": "offer.redirected",
    "redirected_alone": "offer.redirected_alone",
    "redirected_for_others": "offer.redirected_for_others",
}


class OfferButton(QToolButton):
    """Stand there while there is an offer for the incident in hand."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._offers = Offers.of(desk)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _=False: self._offers.toggle())
        self.setAccessibleName(text("keys.offer", desk.language))
        give_key(self, KEY)
        self._offers.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say who could be taken from where and what that gains, or who stays if it is given back."""
        units = self._offers.units
        self.setVisible(bool(units))
        if not units:
            return
        first = units[0]
        values = {**dict(first.reason.parameters), "unit": first.unit_id, "number": first.taken_from}
        more = {"more": len(units) - 1} if len(units) > 1 else {}
        key = "offer.back" if self._offers.is_taken else _WORDS[first.reason.code]
        words = text(key, self._desk.language, **values, **more)
        self.setText(f"{words}  {KEY}".replace("&", "&&"))
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({KEY})")
