"""Draws both plans on their maps as the page's choices say, and writes above each what it comes to."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.siting.drafting import keys
from app.siting.drafts import PLANS, A, B
from app.siting.face import Face
from app.siting.hands import CHOOSE
from app.siting.marks import DEMAND, broken_marks, cells_mark, post_marks, reach_marks
from app.siting.words import percent, plan_words
from app.wording import label, text
from app.wording.durations import clock_span
from maps.layers import PerimeterMark
from maps.live import closure_marks
from maps.live_areas import ReachMark
from maps.live_plans import PlanCellsMark, PlanPostMark
from resources.unit import Roster

OTHER_MS = 35


class Drawn(QObject):
    """Keep the marks of both maps true to the page."""

    def __init__(self, desk: Desk, page: Face, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, page
        self.roster: Roster | None = None  # whose units the plans are of
        self.kind = ""  # of the department
        self.perimeter: PerimeterMark | None = None
        self._key: tuple[object, ...] = ()
        self._held: list[tuple[tuple[PlanCellsMark, ...], tuple[ReachMark, ...]]] = []
        self._captions = ["", ""]
        self._other = QTimer(self, singleShot=True, interval=OTHER_MS)
        self._other.timeout.connect(lambda: self._draw(B))

    @property
    def is_waiting(self) -> bool:
        """Tell whether a map is to be drawn anew in a moment."""
        return self._other.isActive()

    def refresh(self) -> None:
        """Draw anew: the posts as they are now, what is reached as it was answered last."""
        if self._page.city is None:
            return
        self._draw(A)
        self._other.start()  # a turn for each map: together they would hold up the window
        self.say_heads()

    def _draw(self, which: str) -> None:
        page, language = self._page, self._desk.language
        if page.city is None:
            return
        changes = page.drafts.changes(which)
        cells, reach = self._answers()[PLANS.index(which)]
        page.maps[which].canvas.set_marks(
            plan_posts=self.posts(which), plan_cells=cells, reach=reach,
            closures=closure_marks(self._desk.state, page.city) if page.bar.wants_closures else (),
            imagined=broken_marks(changes, page.city, language),
            perimeters=(self.perimeter,) if self.perimeter is not None else (),
        )  # fmt: skip

    def posts(self, which: str) -> tuple[PlanPostMark, ...]:
        """Return the posts of a plan as they are drawn."""
        drafts, city = self._page.drafts, self._page.city
        if city is None:
            return ()
        changes, plan = drafts.changes(which), drafts.plan(which)
        return post_marks(drafts.base, changes, plan, city, self.kind, chosen=drafts.chosen)

    def _answers(self) -> list[tuple[tuple[PlanCellsMark, ...], tuple[ReachMark, ...]]]:
        """Return cells and reach of both plans, the same marks for as long as they are to look the same."""
        page, language = self._page, self._desk.language
        shows, place = str(page.bar.shows.currentData()), page.bar.places.currentText()
        key = (page.weighed, shows, place)
        if key != self._key:
            self._key, self._held = key, [((), ()), ((), ())]
            for number in range(len(PLANS) if page.weighed is not None else 0):
                assert page.weighed is not None
                cells = cells_mark(page.weighed, shows, is_after=number == 1, language=language)
                reach = reach_marks(page.weighed, number, place, language) if shows != DEMAND else ()
                # A caption would cover the posts at the foot of so low a map; it stands behind the words above it.
                self._captions[number] = reach[0].caption if reach else cells.caption if cells is not None else ""
                bare = tuple(replace(each, caption="") for each in reach)
                self._held[number] = ((replace(cells, caption=""),) if cells is not None else (), bare)
        return self._held

    def say_heads(self) -> None:
        """Write above each map: how to use the tool in hand, else what its plan comes to."""
        page, language = self._page, self._desk.language
        for which, caption in zip(PLANS, self._captions, strict=True):
            is_in_hand = which == page.drafts.hand
            if page.hands.mode != CHOOSE:
                page.maps[which].say(page.hands.hint(), is_in_hand=is_in_hand, level="notice")
                continue
            changes = page.drafts.changes(which)
            words = [plan_words(changes, len(keys(changes)), language)]
            if page.weighed is not None:
                found = page.weighed.comparison
                measured = found.before if which == A else found.after
                words.append(f"{percent(measured.reached)} {label('siting_fate', 'in_time', language)}")
                words.append(f"{text('siting.mean', language)} {clock_span(measured.mean_s)}")
            page.maps[which].say(" · ".join(words), is_in_hand=is_in_hand, tip=caption)
