"""Draws both plans on their maps as the page's choices say, and writes above each what it comes to."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desk import Desk
from app.siting.drafting import keys
from app.siting.drafts import PLANS, A
from app.siting.face import Face
from app.siting.hands import CHOOSE
from app.siting.marks import DEMAND, broken_marks, cells_mark, post_marks, reach_marks
from app.siting.words import percent, plan_words
from app.wording import text
from app.wording.durations import clock_span
from maps.layers import PerimeterMark
from maps.live import closure_marks
from resources.unit import Roster


class Drawn(QObject):
    """Keep the marks of both maps true to the page."""

    def __init__(self, desk: Desk, page: Face, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, page
        self.roster: Roster | None = None  # whose units the plans are of
        self.kind = ""  # of the department
        self.perimeter: PerimeterMark | None = None

    def refresh(self) -> None:
        """Draw anew: the posts as they are now, what is reached as it was answered last."""
        page, language = self._page, self._desk.language
        if page.city is None:
            return
        shows = str(page.bar.shows.currentData())
        weighed, place = page.weighed, page.bar.places.currentText()
        closures = closure_marks(self._desk.state, page.city) if page.bar.wants_closures else ()
        for number, which in enumerate(PLANS):
            canvas, changes = page.maps[which].canvas, page.drafts.changes(which)
            marks = post_marks(
                page.drafts.base, changes, page.drafts.plan(which), page.city, self.kind, chosen=page.drafts.chosen
            )
            cells, reach = None, ()
            if weighed is not None:
                cells = cells_mark(weighed, shows, is_after=which != A, language=language)
                if shows != DEMAND:
                    reach = reach_marks(weighed.areas[number], place, language)
            canvas.set_marks(
                plan_posts=marks, plan_cells=(cells,) if cells is not None else (), reach=reach, closures=closures,
                imagined=broken_marks(changes, page.city, language),
                perimeters=(self.perimeter,) if self.perimeter is not None else (),
            )  # fmt: skip
        self.say_heads()

    def say_heads(self) -> None:
        """Write above each map: how to use the tool in hand, else what its plan comes to."""
        page, language = self._page, self._desk.language
        for which in PLANS:
            is_in_hand = which == page.drafts.hand
            if page.hands.mode != CHOOSE:
                page.maps[which].say(page.hands.hint(), is_in_hand=is_in_hand, level="notice")
                continue
            changes = page.drafts.changes(which)
            words = [plan_words(changes, len(keys(changes)), language)]
            if page.weighed is not None:
                found = page.weighed.comparison
                measured = found.before if which == A else found.after
                words.append(f"{percent(measured.reached)} {text('siting.word_in_time', language)}")
                words.append(f"{text('siting.mean', language)} {clock_span(measured.mean_s)}")
            page.maps[which].say(" · ".join(words), is_in_hand=is_in_hand)
