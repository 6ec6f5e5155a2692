"""What the page asks its bench: what both plans come to, the best posts, what lies in a perimeter; one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app import jobs
from app.beside.child import Broken, NoAnswer
from app.canvas.tools import Drawing
from app.desk import Desk
from app.siting.ask_bar import CHOSEN, UNITS
from app.siting.drafts import PLANS, A, B
from app.siting.face import Face
from app.siting.learning import Learnt, learn
from app.siting.questions import Enclose, Seek, Setting, Sought, Spot, Taught, Weigh, Weighed, Write
from app.siting.side import STATIONS
from app.siting.sought import changes_for, stations_as_candidates
from app.siting.words import area_name, enclosed_words, percent
from app.wording import listed, one_line, text
from dispatch.coverage_board import counts_for, limit_s
from dispatch.coverage_targets import Target
from dispatch.demand.areas import Area
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.siting.plan import Plan, Post, usual_turnout_s
from gis.within import Within
from maps.layers import PerimeterMark
from maps.live_perimeters import ring_of

SOON_MS = 150
LEAST_LIMIT_S = 15.0
REASONS = {
    "no_candidates": "siting.no_candidates", "too_many": "siting.too_many", "not_enough": "siting.not_enough",
    "not_taught": "siting.not_taught", "no_such_area": "siting.no_such_area", "bad_growth": "siting.bad_growth",
    "no_demand": "siting.no_demand", "no_area": "siting.no_area", "off_map": "siting.off_map",
    "bad_radius": "siting.bad_radius", "bad_city": "siting.bad_city", "bad_file": "siting.bad_file",
}  # fmt: skip
PLANS_SLOT, AREA_SLOT, WRITE_SLOT = "plans", "area", "write"


class Asking(QObject):
    """Ask for the page, and hand the answers to it. A newer question about both plans ends an older one."""

    def __init__(self, desk: Desk, page: Face, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, page
        self._learnt: Learnt | None = None
        self._asked: Weigh | None = None
        self._jobs: dict[str, jobs.Job] = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.weigh)
        self.enclosed: tuple[str, ...] = ()
        self._on_cancel: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is awaited, or soon will be."""
        return bool(self._jobs) or self._soon.isActive()

    def soon(self) -> None:
        """Ask what both plans come to, once nothing more is changed for a moment."""
        self._soon.start()

    def cancel(self) -> None:
        """Give up what is asked."""
        self._soon.stop()
        for job in self._jobs.values():
            job.cancel()
        if WRITE_SLOT in self._jobs and self._on_cancel is not None:
            self._on_cancel()
        self._jobs.clear()
        self._asked = None
        self._page.side.find_button.setEnabled(True)

    def forget_log(self) -> None:
        """Gather what the log teaches once more before the next question: it has grown."""
        self._learnt = None

    def with_closures(self, base: Plan) -> Plan:
        """Close in both plans the roads that are closed now, where that is asked for."""
        if not self._page.bar.wants_closures:
            return base
        return replace(base, closures=tuple(each for _, each in sorted(self._desk.state.closures.items())))

    def weigh(self) -> None:
        """Ask what both plans come to; nothing is asked that was just answered."""
        page = self._page
        target = page.bar.chosen_target()
        if page.city is None or target is None or not self._knows_log():
            return
        limit = limit_s(target, usual_turnout_s(page.drafts.base))
        limits_s = tuple(each for each in (limit, limit + target.within_s) if each >= LEAST_LIMIT_S)
        before, after = (page.drafts.plan(which) for which in PLANS)
        asked = Weigh(self._setting(target), before, after, limits_s, self._places(A, target), self._places(B, target))
        if asked == self._asked:
            return
        self._ask(asked, lambda found: self._on_weighed(asked, found))
        self._asked = asked

    def seek(self) -> None:
        """Ask for the best posts; they become changes of the plan in hand."""
        page, side, state = self._page, self._page.side, self._desk.state
        target = page.bar.chosen_target()
        if page.city is None or target is None or not self._knows_log():
            return
        turnout_s = usual_turnout_s(page.drafts.base)
        which, keep, drafts = page.drafts.hand, side.keep.isChecked(), page.drafts
        candidates: tuple[Post, ...] = ()
        if side.candidates.currentData() == STATIONS:
            candidates = stations_as_candidates(
                state.roster.stations, drafts.base, drafts.changes(which), units=side.units.value(), turnout_s=turnout_s
            )
        asked = Seek(
            self._setting(target), drafts.plan(which), str(side.aim.currentData()), side.count.value(), keep,
            candidates, turnout_s, side.units.value(),
        )  # fmt: skip
        self._soon.stop()  # what was to be asked about the plans would end the search; it is asked after it
        self._ask(asked, lambda found: self._on_sought(which, keep, found))
        self._asked = None

    def enclose(self, drawing: Drawing) -> None:
        """Count what lies in a perimeter that was drawn."""
        page, language = self._page, self._desk.language
        if page.city is None:
            return
        perimeter = Perimeter("plan", PerimeterKind.CORDON, tuple(drawing.corners), drawing.radius_m)
        words = text("siting.enclosed", language)
        page.show_perimeter(PerimeterMark("plan", "cordon", ring_of(perimeter, page.city), words))
        page.side.say_area(text("siting.enclosed_wait", language))
        self._ask(Enclose(tuple(drawing.corners), drawing.radius_m), self._on_enclosed, AREA_SLOT)

    def wipe_area(self) -> None:
        """Take the perimeter away."""
        self.enclosed = ()
        self._page.side.say_area("")
        self._page.show_perimeter(None)

    def write(
        self, asked: Write, done: Callable[[Any], None], failed: Callable[[BaseException], None],
        cancelled: Callable[[], None],
    ) -> jobs.Job:  # fmt: skip
        """Have a file written; the questions about the plans go on."""
        self._ask(asked, done, WRITE_SLOT, failed)
        self._on_cancel = cancelled
        return self._jobs[WRITE_SLOT]

    def why(self, problem: BaseException) -> str:
        """Word why there is no answer."""
        return text("siting.failed", self._desk.language, reason=one_line(self.reason(problem), 200))

    def reason(self, problem: BaseException) -> str:
        """Word what went wrong."""
        language = self._desk.language
        if isinstance(problem, NoAnswer):
            parameters = {name: one_line(value, 160) for name, value in problem.parameters.items()}
            return text(REASONS.get(problem.code, "siting.unforeseen"), language, **parameters)
        return text("siting.broken" if isinstance(problem, Broken) else "siting.unforeseen", language, words=problem)

    def _ask(
        self, question: Any, done: Callable[[Any], None], slot: str = PLANS_SLOT,
        none: Callable[[BaseException], None] | None = None,
    ) -> None:  # fmt: skip
        page, is_search = self._page, isinstance(question, Seek)
        self._end(slot)
        page.side.find_button.setEnabled(not is_search)
        page.say_progress(0.02)

        def answered(found: Any) -> None:
            self._ended(slot)
            done(found)

        def failed(problem: BaseException) -> None:
            self._ended(slot)
            (none or page.failed)(problem)
            if is_search:  # it ended a question about the plans
                self.soon()

        self._jobs[slot] = page.bench.start(question, done=answered, failed=failed, progressed=page.say_progress)

    def _end(self, slot: str) -> None:
        job = self._jobs.pop(slot, None)
        if job is not None:
            job.cancel()
            self._asked = None

    def _ended(self, slot: str) -> None:
        self._jobs.pop(slot, None)
        self._page.side.find_button.setEnabled(True)
        if not self._jobs:
            self._page.say_progress(None)

    def _setting(self, target: Target) -> Setting:
        bar, state, learnt = self._page.bar, self._desk.state, self._learnt
        units = self._page.drafts.base.units or None
        at, zone = bar.drive_at(), state.time_zone or "UTC"
        if not bar.wants_log or learnt is None:
            return Setting(target, usual_units=units, at=at, time_zone=zone)
        department = state.departments[bar.department_id]
        return Setting(
            target, f"{department.kind} {learnt.sequence}", learnt.history.busy.get(department.id), units,
            learnt.calls_a_day.get(department.kind), at, zone,
        )  # fmt: skip

    def _knows_log(self) -> bool:
        """Tell whether what the log teaches is known where it is asked for; else it is gathered, and asked again."""
        page, state, at = self._page, self._desk.state, self._desk.clock()
        if not page.bar.wants_log:
            return True
        if self._learnt is not None:
            kind = state.departments[page.bar.department_id].kind
            places = self._learnt.history.places.get(kind, ())
            page.bench.teach(Taught(f"{kind} {self._learnt.sequence}", places))
            return True
        page.say_progress(0.1, "demand")
        self._end(PLANS_SLOT)

        def done(learnt: Learnt) -> None:
            self._learnt = learnt
            self._ended(PLANS_SLOT)
            self.weigh()

        def failed(problem: BaseException) -> None:
            self._ended(PLANS_SLOT)
            page.failed(problem)

        self._jobs[PLANS_SLOT] = jobs.start(lambda job: learn(state, at=at), done=done, failed=failed)
        return False

    def _places(self, which: str, target: Target) -> tuple[Spot, ...]:
        page, desk = self._page, self._desk
        asked = page.bar.places.currentData()
        if asked == UNITS:
            found = []
            for unit in desk.state.roster.units:
                if unit.department == page.bar.department_id and counts_for(unit, target):
                    fix = desk.fixes.get(unit.id)
                    found.append((unit.id, fix.lon, fix.lat) if fix is not None else (unit.id, unit.lon, unit.lat))
            return tuple(found)
        posts = [post for post in page.drafts.plan(which).posts if post.units]
        if asked == CHOSEN:
            posts = [post for post in posts if post.id in page.drafts.chosen]
        return tuple((post.name, post.lon, post.lat) for post in posts)

    def _on_weighed(self, asked: Weigh, found: Weighed) -> None:
        page, language = self._page, self._desk.language
        page.show_weighed(found)
        words = ""
        if found.off_road:
            names = listed((one_line(name, 40) for name in found.off_road[:5]), language)
            words = text("siting.off_road", language, names=names)
        idle = set(found.idle)
        for which in PLANS:
            changes = page.drafts.changes(which)
            kept = tuple(each for each in changes.broken if each.id not in idle)
            if len(kept) < len(changes.broken):
                words = text("siting.idle", language)
                page.drafts.put(which, replace(changes, broken=kept))
        if words or not page.said.property("level"):
            page.say(words, "warning" if words else "")

    def _on_sought(self, which: str, keep: bool, found: Sought) -> None:
        page, language = self._page, self._desk.language
        drafts = page.drafts

        def named(number: int, area: Area | None) -> str:
            return text("siting.new_post_in", language, number=number, area=area_name(area, language))

        drafts.put(which, changes_for(drafts.base, drafts.changes(which), found, keep=keep, name=named))
        key = "siting.found_gap" if found.gap > 0 else "siting.found_best"
        words = text(key, language, count=len(found.posts), candidates=f"{found.candidates:,}", gap=percent(found.gap))
        page.say(words, "notice")
        self.soon()

    def _on_enclosed(self, found: Within) -> None:
        lines = enclosed_words(found, self._desk.language)
        self.enclosed = tuple(lines)
        self._page.side.say_area("\n".join(lines))
