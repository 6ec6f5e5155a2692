"""Opens an empty log for its city, and loads what the city's files say where the log says something else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QTimer

from app import jobs
from app.bridge import Bridge
from app.city_files import Loaded, action_cards_of, areas_of, calendar_of, roster_of, run_cards_of, standards_of
from app.desk import Desk
from app.start_error import StartError
from app.wording.screen import say
from dispatch.case_commands import LoadAreas, LoadCalendar, LoadStandards
from dispatch.commands import Body, Command, LoadRoster, LoadRunCards, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import NotSaved
from dispatch.major_commands import LoadActionCards
from dispatch.refused import Refused
from dispatch.state import State
from gis.city import City

logger = logging.getLogger(__name__)
PROGRAM = "opsroom 0.1.0"
RULES_AFTER_MS = 3_000


def open_for(engine: Engine, city: City, kind: LogKind, seat: str, clock: Callable[[], datetime]) -> list[str]:
    """Open an empty log, and load roster and run cards where the files say something else than the log.

    A file that cannot be read now never stops a desk whose log already holds one: the sentences returned say so.
    """
    state = engine.state
    if state.kind is None:
        if engine.log.is_read_only:
            raise StartError(f"the log {engine.log.name} is empty and read only: there is nothing to show")
        _do(engine, OpenLog(kind, city.name, city.time_zone, PROGRAM), seat, clock)
    else:
        if state.kind is not kind:
            raise StartError(f"the log {engine.log.name} is a {state.kind.value} log, not a {kind.value} one")
        if state.city != city.name:
            raise StartError(f"the log {engine.log.name} belongs to {state.city}, not to {city.name}")
    if engine.log.is_read_only or kind is LogKind.EXERCISE:  # an exercise brought its own roster and rules
        return []
    problems: list[str] = []
    for read, load, held, words in (
        (roster_of, LoadRoster, engine.state.roster, "kept_roster"),
        (run_cards_of, LoadRunCards, engine.state.run_cards, "kept_cards"),
    ):
        try:
            content, loaded = read(city)
        except ValueError as problem:
            if held == type(held)():
                raise
            problems.append(say(words, reason=str(problem)))
            continue
        if content != held:
            _do(engine, load(content, loaded.source, loaded.checksum), seat, clock)
    return problems


def load_rules(engine: Engine, city: City, seat: str, clock: Callable[[], datetime]) -> list[str]:
    """Load what cases and major incidents go by as `open_for` does; a bad file of it stops no emergency."""
    bodies, problems = _rules_to_load(engine.state, city)
    for body in bodies:
        _do(engine, body, seat, clock)
    return problems


def look_at_rules_later(desk: Desk, city: City, bridge: Bridge, clock: Callable[[], datetime]) -> None:
    """Look at the files of rules once the desk stands: its log holds such rules already, and the window comes first."""

    def done(found: tuple[list[Body], list[str]]) -> None:
        bodies, problems = found
        for body in bodies:
            bridge.submit(_command(body, desk.who.seat, clock))
        for words in problems:
            desk.said.emit("warning", words)

    def look() -> None:
        state = desk.state
        jobs.start(lambda job: _rules_to_load(state, city), done=done)

    QTimer.singleShot(RULES_AFTER_MS, desk, look)


def _rules_to_load(held: State, city: City) -> tuple[list[Body], list[str]]:
    """Read what cases and major incidents go by; return what to load where it is not held yet, and what was wrong."""
    bodies: list[Body] = []
    problems: list[str] = []

    def look(read: Callable[[], tuple[Any, Loaded]], kind: Callable[..., Body], field: str) -> Any:
        try:
            content, loaded = read()
        except (ValueError, OSError) as problem:
            problems.append(say(f"kept_{field}", reason=str(problem)))
            return getattr(held, field)
        if content != getattr(held, field):
            bodies.append(kind(content, loaded.source, loaded.checksum))
        return content

    standards = look(lambda: standards_of(city, cards=held.run_cards), LoadStandards, "standards")
    look(lambda: calendar_of(city), LoadCalendar, "calendar")
    look(lambda: areas_of(city, roster=held.roster, standards=standards), LoadAreas, "areas")
    look(lambda: action_cards_of(city), LoadActionCards, "action_cards")
    return bodies, problems


def _command(body: Body, seat: str, clock: Callable[[], datetime]) -> Command:
    at = clock()
    return Command(
        f"start-{seat}-{type(body).__name__}-{at.isoformat()}", at, Who("opsroom", "system", seat=seat), body
    )


def _do(engine: Engine, body: Body, seat: str, clock: Callable[[], datetime]) -> None:
    try:
        engine.do(_command(body, seat, clock))
    except NotSaved:
        if engine.state.kind is None:
            raise
        logger.warning("%s was not saved at start", type(body).__name__)
    except Refused as refused:
        if engine.state.kind is None:
            raise StartError(str(refused)) from refused
        logger.warning("%s was refused at start: %s", type(body).__name__, refused)
