"""Let an exercise happen: how it opens, what comes in, and what it does itself at each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from dispatch.commands import Body, CloseIncident, CloseRoad, LoadRoster, LoadRunCards, OpenLog, ReportWeather
from dispatch.events import LogKind
from dispatch.exercise.clock import ExerciseClock
from dispatch.exercise.due import due, incident_of
from dispatch.exercise.exercise import CONTROL, PREFIX, Carried, Exercise
from dispatch.exercise.fleet import Fleet, set_roads
from dispatch.exercise.happen import Asked, by_trainer, coming_in, happening, next_told_at, told, was_sent
from dispatch.exercise.planned import Planned
from dispatch.exercise.retrace import program_of
from dispatch.incident import Stage
from dispatch.major_commands import LoadActionCards
from dispatch.paced_roads import paced
from dispatch.plan import unseen_order_of
from dispatch.recommend import recommend
from dispatch.state import State

SENDS_AFTER_S = 3.0
LEFT = "exercise_carried"


class Director:
    """Ask a log for all that an exercise says, once each: what was answered there is not asked again.

    Belongs to the thread that owns the fleet's ground.
    """

    def __init__(
        self,
        exercise: Exercise,
        fleet: Fleet,
        state: Callable[[], State],
        ask: Callable[[Asked], None],
        planned: Callable[[], Iterable[Planned]] = tuple,
    ) -> None:
        self.exercise, self._fleet, self._state_now, self._ask = exercise, fleet, state, ask
        self._planned = planned
        self._to_come = tuple(
            (exercise.at(item.after_s), f"{PREFIX}-incident-{item.key}", item)
            for item in exercise.incoming
            if item.after_s >= 0
        )
        self._next_at = min((at for at, _, _ in self._to_come), default=datetime.max.replace(tzinfo=UTC))
        self._own = tuple((f"{PREFIX}-own-{item.key}", item) for item in exercise.incoming if item.sent)
        self._carried_keys = tuple(dict.fromkeys(each.key for each in exercise.carried))
        self._told_next = [exercise.start_at] * len(exercise.carried)  # when to look at each again
        self._closed_at: tuple[object, object] | None = None  # incidents and calls that leave none of them to be closed

    @property
    def state(self) -> State:
        """Return how everything stands."""
        return self._state_now()

    def open(self, clock: ExerciseClock) -> None:
        """Open an empty log: roster, cards, roads, and those who were busy already, in the order of time."""
        exercise = self.exercise
        opening: tuple[Body, ...] = (
            OpenLog(LogKind.EXERCISE, exercise.city, exercise.time_zone, program_of(exercise)),
            LoadRoster(exercise.roster, exercise.source_name),
            LoadRunCards(exercise.run_cards, exercise.source_name),
            *(CloseRoad(closure) for closure in exercise.closures),
            *((ReportWeather(exercise.weather),) if exercise.weather else ()),
            *((LoadActionCards(exercise.action_cards, exercise.city),) if exercise.action_cards.cards else ()),
        )
        for number, body in enumerate(opening):
            self._ask(Asked(f"{PREFIX}-setup-{number}", exercise.begins_at, CONTROL, body))
        steps: list[tuple[float, int, Callable[[], Iterable[Asked]]]] = [
            (item.after_s, 0, partial(coming_in, exercise, item)) for item in exercise.incoming if item.after_s < 0
        ]
        for carried in exercise.carried:
            steps.append((carried.after_s, 1, partial(self._sent_before, carried)))
            steps += [
                (each.after_s, 2, partial(self._told_before, carried, each.after_s))
                for each in carried.told
                if each.after_s < 0
            ]
        for _, _, make in sorted(steps, key=lambda step: step[:2]):
            for asked in list(make()):
                clock.step(max(clock(), asked.at))
                self._ask(asked)
        clock.step(exercise.start_at)

    def happen(self, at: datetime) -> None:
        """Let happen what is due at an instant, and send what the exercise sends itself."""
        exercise = self.exercise
        if self._next_at <= at:
            self._come_in(at)
        self._tell_carried(at)
        self._close_carried(at)
        for inject in due(exercise.injects, self.state, at, start_at=exercise.start_at):
            for asked in happening(exercise, inject, self.state, at):
                self._ask(asked)
        waiting = [each.inject for each in self._planned() if each.planned_at < at]
        for inject in due(waiting, self.state, at, start_at=exercise.start_at):
            for asked in by_trainer(happening(exercise, inject, self.state, at)):
                self._ask(asked)
        self._send_own(at)

    def _come_in(self, at: datetime) -> None:
        for due_at, name, item in self._to_come:
            if due_at <= at and name not in self.state.answered:
                for asked in coming_in(self.exercise, item):
                    self._ask(asked)
        left = [each for each in self._to_come if each[1] not in self.state.answered]
        self._next_at = min((due_at for due_at, _, _ in left), default=datetime.max.replace(tzinfo=UTC))

    def _sent_before(self, carried: Carried) -> list[Asked]:
        asked = was_sent(self.exercise, carried, self.state)
        return [] if asked is None else [asked]

    def _told_before(self, carried: Carried, after_s: float) -> Iterable[Asked]:
        return told(self.exercise, carried, self.state, until=self.exercise.at(after_s))

    def _tell_carried(self, at: datetime) -> None:
        """Let those who were busy before the beginning report as they did; what is answered is not looked at again."""
        for place, carried in enumerate(self.exercise.carried):
            if at < self._told_next[place]:
                continue
            for asked in list(told(self.exercise, carried, self.state, until=at)):
                self._ask(asked)
            self._told_next[place] = next_told_at(self.exercise, carried, self.state)

    def _close_carried(self, at: datetime) -> None:
        """Close what went on by itself from before the beginning once everybody has left it."""
        looked_at = (self.state.incidents, self.state.calls)
        if self._closed_at is not None and all(a is b for a, b in zip(looked_at, self._closed_at, strict=True)):
            return
        is_done = True
        for key in self._carried_keys:
            incident = incident_of(self.state, key)
            if incident is None or incident.stage is not Stage.CLEARED:
                continue
            is_done = False  # it may be refused, and then not for ever
            card = self.state.cards.get(incident.kind)
            end = card.dispositions[0] if card is not None and card.dispositions else LEFT
            self._ask(Asked(f"{PREFIX}-closed-{key}", at, CONTROL, CloseIncident(incident.id, end)))
        self._closed_at = looked_at if is_done else None

    def _send_own(self, at: datetime) -> None:
        for name, item in self._own:
            if name in self.state.answered:
                continue
            incident = incident_of(self.state, item.key)
            if incident is None or incident.stage is not Stage.WAITING:
                continue
            if (at - incident.reported_at).total_seconds() >= SENDS_AFTER_S:
                set_roads(self._fleet.ground, self.state, at)
                roads = paced(self._fleet.ground, self.exercise.pace, self.state)
                answer = recommend(self.state, self._fleet.fixes, roads, incident.id, at=at)
                if answer.chosen:
                    self._ask(Asked(name, at, CONTROL, unseen_order_of(answer)))
