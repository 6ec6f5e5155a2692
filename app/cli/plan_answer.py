"""Work out a plan of many incidents from files, and all that is said beside it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from immutables import Map

from app.city_files import inputs_of, penalties_of, roster_of, run_cards_of, speeds_of, targets_of
from app.cli.given import closures_of, far_off, listed_units, state_of
from dispatch.coverage import Coverage
from dispatch.coverage_report import CoverageReport
from dispatch.demand.cells import demand_of
from dispatch.ground import Ground
from dispatch.incident import Incident, Location, Stage
from dispatch.incidents_file import ListedIncident, read_incidents
from dispatch.inputs import FixesDigest, InputsOf
from dispatch.joint_answers import add_paths
from dispatch.joint_passed import why_passed
from dispatch.move_ups import MoveUp, move_ups
from dispatch.plan import GreedPrice, Plan, plan, plan_in_turn, price_of_greed
from dispatch.recommend import recommend
from dispatch.recommendation import Eta, Reason, Recommendation
from dispatch.shown_answers import seal_plan
from dispatch.state import State
from dispatch.straight import GUESS_LIMIT_M
from gis.city import City
from gis.located_toml import BadFile, Problem, nearest


@dataclass(frozen=True, slots=True)
class Explained:
    """Say of one unit and one incident whether it goes there, and would if that were the only one, when and why."""

    unit_id: str
    incident_id: int
    is_sent: bool
    would_go_alone: bool
    eta: Eta | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold all that the command says; `names` are the incidents' names in the file, by number."""

    city: City
    state: State
    names: Mapping[int, str]
    plan: Plan
    greed: tuple[GreedPrice, ...]
    cover: CoverageReport
    moves: tuple[MoveUp, ...]
    explained: tuple[Explained, ...]
    problems: tuple[str, ...]

    def optional(self, incident_id: int | None) -> set[str]:
        """Name the needs of an incident that may stay open."""
        card = self.state.cards[self.state.incidents[incident_id or 0].kind]
        return {need.id for need in card.needs if need.optional}

    @property
    def is_short(self) -> bool:
        """Tell whether something that is needed is missing."""
        return any(
            unmet.need_id not in self.optional(answer.incident_id)
            for answer in self.plan.answers
            for unmet in answer.unmet
        )


def answer(args: argparse.Namespace) -> Answered:
    """Answer what the arguments of `opsroom plan` ask. Raises OSError or ValueError for bad input."""
    at = args.when or datetime.now(UTC)
    city = City.open(args.city)
    ground = Ground.of_city(city)
    state, names, problems = _state(city, ground, args, at)
    penalties, _ = penalties_of(city)
    # First, so that opening the roads of a large city is not taken from the time to plan in.
    greedy = plan_in_turn(state, {}, ground, at=at, penalties=penalties)
    found = plan(state, {}, ground, at=at, penalties=penalties, time_limit_s=args.time_limit)
    explained = tuple(_explained(state, ground, found, names, args.explain, at))
    ways = (add_paths(each, state.incidents[each.incident_id or 0], found.starts, ground) for each in found.answers)
    found = replace(found, answers=tuple(ways))
    sealed = seal_plan(found, InputsOf(inputs_of(city)).of(state, FixesDigest()))
    coverage = Coverage(ground, demand_of(city), targets_of(city)[0])
    leaving = [chosen.unit_id for answer in found.answers for chosen in answer.chosen]
    coverage.prepare(state, {}, at=at)
    while coverage.work() < 1.0:
        pass  # a file is asked once: all of it is timed before it is answered
    cover = coverage.answers(state, {}, at=at, leaving=leaving)
    moves = move_ups(coverage, state, {}, at=at, leaving=leaving)
    greed = price_of_greed(found, greedy)
    sealed = replace(sealed, answers=tuple(_named(each, names) for each in sealed.answers))
    return Answered(city, state, names, sealed, greed, cover, moves, explained, tuple(problems))


def _state(
    city: City, ground: Ground, args: argparse.Namespace, at: datetime
) -> tuple[State, dict[int, str], list[str]]:
    """Make the state that is asked of, and the names of its incidents. Raises ValueError for bad input."""
    run_cards, _ = run_cards_of(city)
    roster, _ = roster_of(city)
    weathers = speeds_of(city)[0].weathers
    if args.weather and args.weather not in weathers:
        raise ValueError(f"--weather: {args.weather!r} is not known here{nearest(args.weather, weathers)}")
    listed = listed_units(args.units, roster)
    known = {each.unit.id for each in listed}
    for unit_id in args.explain:
        if unit_id not in known:
            raise ValueError(f"--explain: there is no unit {unit_id!r}{nearest(unit_id, sorted(known))}")
    cards = {card.kind: card for card in run_cards.cards}
    rows = read_incidents(args.incidents, kinds=list(cards))
    _check_near(city, ground, args.incidents, rows)
    closures, problems = closures_of(args.closed, ground, at=at)
    incidents: dict[int, Incident] = {}
    for number, row in enumerate(rows, start=1):
        card = cards[row.kind]
        received_at = row.received_at or at
        incidents[number] = Incident(
            number,
            row.kind,
            row.priority or card.priority,
            row.alarm_level,
            Location(row.lon, row.lat),
            Stage.WAITING,
            received_at,
            received_at,
            card.mode,
            card.lead,
        )
    roster = replace(roster, units=tuple(each.unit for each in listed))
    state = replace(
        state_of(roster, run_cards, listed, closures, time_zone=city.time_zone),
        departments=Map({department.id: department for department in roster.departments}),
        stations=Map({station.id: station for station in roster.stations}),
        incidents=Map(incidents),
        open_incidents=Map(dict.fromkeys(incidents)),
        weather=args.weather,
    )
    names = {number: row.name for number, row in enumerate(rows, start=1)}
    return state, names, [*problems, *far_off(city, ground, listed)]


def _check_near(city: City, ground: Ground, file: Path, rows: Sequence[ListedIncident]) -> None:
    away_m = ground.away_m([(row.lon, row.lat) for row in rows]).tolist() if rows else []
    told = f"more than {GUESS_LIMIT_M / 1000:.0f} km outside {city.name}; longitude comes first"
    far = [row for row, metres in zip(rows, away_m, strict=True) if metres > GUESS_LIMIT_M]
    if far:
        raise BadFile([Problem(str(file), row.line, row.name, f"{row.lon:g},{row.lat:g} lies {told}") for row in far])


def _explained(
    state: State, ground: Ground, found: Plan, names: Mapping[int, str], unit_ids: Sequence[str], at: datetime
) -> Iterator[Explained]:
    """Say of units at every incident why the plan sends them or not, and whether they would go if it were alone."""
    sent = {(chosen.unit_id, answer.incident_id): chosen for answer in found.answers for chosen in answer.chosen}
    for answer in found.answers if unit_ids else ():
        number = answer.incident_id or 0
        if state.incidents[number].kind not in state.cards:
            continue
        alone = {chosen.unit_id for chosen in recommend(state, {}, ground, number, at=at).chosen}
        for unit_id in unit_ids:
            here = sent.get((unit_id, number))
            told = here or why_passed(found, state, {}, ground, unit_id, number)
            reason = _with_name(told.reason, names)
            yield Explained(unit_id, number, here is not None, unit_id in alone, told.eta, reason)


def _named(found: Recommendation, names: Mapping[int, str]) -> Recommendation:
    """Let reasons call other incidents by their names in the file; the hash stays that of the answer as worked out."""
    return replace(
        found,
        chosen=tuple(replace(each, reason=_with_name(each.reason, names)) for each in found.chosen),
        unmet=tuple(replace(each, reason=_with_name(each.reason, names)) for each in found.unmet),
    )


def _with_name(reason: Reason, names: Mapping[int, str]) -> Reason:
    told = (
        (key, names.get(value, value) if key == "incident" and isinstance(value, int) else value)
        for key, value in reason.parameters
    )
    return Reason(reason.code, tuple(told))
