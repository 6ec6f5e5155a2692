"""Builds everything once, by hand: city, log, engine, bridge, planner, desk. Nothing here has a widget."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from app import jobs
from app.bridge import Bridge
from app.city_files import Loaded, action_cards_of, areas_of, calendar_of, roster_of, run_cards_of, standards_of
from app.desk import Desk
from app.planner.advice import Advice
from app.planner.keeping import Keeping
from app.planner.offers_advice import OffersAdvice
from app.planner.plan_advice import PlanAdvice
from app.planner.ways_advice import WaysAdvice
from app.planning.planning import Planning
from app.pulse import Pulse
from app.room.following import follow_positions, follow_server
from app.room.told import failure_words
from app.sending.offers import Offers
from app.wording.screen import say
from dispatch.case_commands import LoadAreas, LoadCalendar, LoadStandards
from dispatch.commands import Body, Command, LoadRoster, LoadRunCards, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import Log, NotSaved, open_log
from dispatch.major_commands import LoadActionCards
from dispatch.refused import Refused
from dispatch.state import State
from gis.city import City
from resources.position import Fix

if TYPE_CHECKING:
    from app.cases.erasing import Erasing
    from app.evidence.album import Album
    from app.island.alone import Alone
    from app.planner.face import PlannerFace

logger = logging.getLogger(__name__)
PROGRAM = "opsroom 0.1.0"
RULES_AFTER_MS = 3_000


class StartError(Exception):
    """The program cannot start as asked; the message says what is wrong and what would help."""


def now() -> datetime:
    """Return the present instant, aware UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Desktop:
    """Hold the parts of a running desk; `close` ends them in the right order."""

    desk: Desk
    city: City
    log: Log
    engine: Engine
    bridge: Bridge
    planner: PlannerFace | None
    pulse: Pulse
    keeping: Keeping | None = None
    erasing: Erasing | None = None
    alone: Alone | None = None

    def take_fixes(self, fixes: Iterable[Fix]) -> None:
        """Take position reports that arose here; what is believed counts from now on, and reaches all seats."""
        fixes = tuple(fixes)
        self.pulse.take_fixes(fixes)
        if self.desk.positions is not None:
            self.desk.positions.give(fixes)

    def end_room(self) -> None:
        """Let all that a room runs beside the log end by itself: each may hang at a server that is away."""
        for each in (self.desk.positions, self.desk.room):
            if each is not None:
                each.end()

    def close(self) -> None:
        """End the planner, the engine and the log; everything submitted is written first."""
        self.end_room()
        self.pulse.stop()
        if self.alone is not None:
            self.alone.close()
        if self.desk.positions is not None:
            self.desk.positions.stop()
        if self.planner is not None:
            self.planner.stop()
        if self.desk.room is not None:
            self.desk.room.stop()
        self.engine.stop()
        if self.keeping is not None:
            self.keeping.close()
        self.bridge.close()
        if self.erasing is not None:
            self.erasing.close()
        if self.desk.album is not None:
            self.desk.album.close()
        self.engine.log.close()
        if self.log is not self.engine.log:
            self.log.close()


def data_folder() -> Path:
    """Return the folder that keeps cities and logs (the user's data folder)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("opsroom", appauthor=False))


def state_folder() -> Path:
    """Return the folder that keeps layouts, drafts and keys, apart from the logs (the user's state folder)."""
    import platformdirs

    return Path(platformdirs.user_state_dir("opsroom", appauthor=False))


def default_log(city: City, kind: LogKind) -> Path:
    """Return where a city's log of a kind is kept: live and drill never share a file."""
    safe = re.sub(r"[^a-z0-9]+", "-", city.name.casefold()).strip("-") or "city"
    # A name that Windows keeps for itself (con, nul, ...) cannot be a folder there.
    return data_folder() / "logs" / f"city-{safe[:60]}" / f"{kind.value}.db"


def build(
    city_folder: Path,
    *,
    log_place: str | Path | None = None,
    log: Log | None = None,
    engine: Engine | None = None,
    kind: LogKind = LogKind.LIVE,
    who: Who | None = None,
    planner: str | None = "process",
    in_thread: bool = True,
    read_only: bool = False,
    key_folder: Path | None = None,
    clock: Callable[[], datetime] = now,
    language: str = "en",
    room_place: str = "",
    island_folder: Path | None = None,
) -> Desktop:
    """Open a city and its log, bring roster and run cards up to date, and return a desk that works.

    `planner` is "process", "inline" (this thread) or None. With `in_thread=False` the engine answers in this thread,
    before `submit` returns. An `engine` that was opened before brings its log; where that is an island's, `room_place`
    is the address of the room that it parted from. Raises CityError, LogDamaged, NotSaved,
    BadFile, or StartError where the log is of another kind or city.
    """
    city = City.open(city_folder)
    if engine is not None:
        log = engine.log
    if log is None:
        place = log_place if log_place is not None else default_log(city, kind)
        if "://" not in str(place):
            Path(place).parent.mkdir(parents=True, exist_ok=True)
        log = open_log(place, key_folder=key_folder or state_folder() / "keys", read_only=read_only)
    try:
        engine = engine or Engine(log, clock=clock)
        desk = Desk(who or Who("operator"), clock=clock)
        desk.language = language
        desk.city = city
        desk.people = log
        problems = _set_up(engine, city, kind, desk.who.seat, clock)
        is_given = log.is_read_only or kind is LogKind.EXERCISE
        is_later = in_thread and bool(engine.state.standards.small) and not is_given
        if not is_later and not is_given:
            problems += _set_up_cases(engine, city, desk.who.seat, clock)
    except BaseException:
        log.close()
        raise
    desk.state = engine.state
    desk.album = _album(log, desk)
    bridge = Bridge(engine, in_thread=in_thread, word=partial(failure_words, language=language))
    desk.submit = bridge.submit
    if in_thread and is_on_server(log):
        follow_server(desk, engine, bridge, clock)
    answering, keeping = _planner(planner), None
    pulse = Pulse(desk, engine, answering, in_thread=in_thread)
    pulse.remember_history()
    bridge.committed.connect(pulse.on_committed)
    bridge.rebased.connect(pulse.on_rebased)
    bridge.refused.connect(desk.refused)
    bridge.failed.connect(desk.failed)
    bridge.saved_changed.connect(pulse.on_saved)
    if answering is not None:
        pulse.advice = Advice(desk, answering)
        PlanAdvice(desk, answering)
        WaysAdvice(desk, answering)
        OffersAdvice(desk, answering)
        keeping = Keeping(desk, engine)
        Planning.of(desk).shown.connect(keeping.show)
        Offers.of(desk).taken.connect(keeping.show)
        answering.start(city_folder, engine.state)
    erasing = _erasing(desk, log, in_thread=in_thread)
    alone: Alone | None = None
    if in_thread:
        follow_positions(desk, engine, pulse.take_fixes)
        keys = key_folder or state_folder() / "keys"
        alone = _going_alone(desk, engine, bridge, pulse, keys, room_place, island_folder or data_folder() / "islands")
        engine.start()
    if desk.room is not None:
        desk.room.start()
    if is_later:
        _look_at_rules_later(desk, city, bridge, clock)
    for words in problems:
        QTimer.singleShot(0, desk, lambda words=words: desk.said.emit("warning", words))
    return Desktop(desk, city, log, engine, bridge, answering, pulse, keeping, erasing, alone)


def is_on_server(log: Log) -> bool:
    """Tell whether a log is kept by a server, which other seats may write to as well."""
    return "://" in log.name


def _going_alone(
    desk: Desk, engine: Engine, bridge: Bridge, pulse: Pulse, keys: Path, room_place: str, folder: Path
) -> Alone | None:
    """Return what lets a seat of a room go on without its server; None for a desk that only looks on, or is no seat."""
    log = engine.log
    if log.is_read_only or not (is_on_server(log) or log.is_island):
        return None
    from app.island.alone import Alone
    from dispatch.island.seat import Islands

    open_room = partial(open_log, room_place, key_folder=keys) if room_place else None
    alone = Alone(desk, engine, bridge, Islands(engine, folder=folder, key_folder=keys, open_room=open_room))
    desk.alone = alone

    def join() -> None:
        """Follow the room as any seat does, where the desk was started alone."""
        if desk.room is None:
            link = follow_server(desk, engine, bridge, desk.clock)
            pulse.follow_room()
            follow_positions(desk, engine, pulse.take_fixes)
            if desk.album is not None:
                from app.room.evidence import join_photographs

                join_photographs(desk.album, engine.log, desk)
            alone.server.follow(link)
            link.start()

    alone.came_back.connect(join)
    return alone


def _album(log: Log, desk: Desk) -> Album | None:
    """Return what keeps the photographs of a log: beside its file, or shared with the room where it is on a server.

    A log in memory keeps none.
    """
    from app.evidence.album import Album, thumbnail_folder
    from dispatch.evidence_store import EvidenceStore, evidence_folder
    from dispatch.log_memory import MemoryLog

    if isinstance(log, MemoryLog):
        return None
    if log.is_island:
        from app.room.evidence import photographs_alone

        return photographs_alone(log, data_folder() / "evidence", thumbnail_folder())
    if is_on_server(log):
        from app.room.evidence import share_photographs

        return share_photographs(log, desk, data_folder() / "evidence", thumbnail_folder())
    return Album(EvidenceStore(evidence_folder(log.name)), thumbnail_folder())


def _erasing(desk: Desk, log: Log, *, in_thread: bool) -> Erasing | None:
    """Have the album follow what the log erases; a desk that only looks on writes nothing there."""
    from app.cases.erasing import Erasing

    if desk.album is None or log.is_read_only:
        return None
    return Erasing(desk, desk.album, in_thread=in_thread)


def _planner(which: str | None) -> PlannerFace | None:
    if which is None:
        return None
    from app.planner.inline import InlinePlanner
    from app.planner.process import PlannerProcess

    return PlannerProcess() if which == "process" else InlinePlanner()


def _set_up(engine: Engine, city: City, kind: LogKind, seat: str, clock: Callable[[], datetime]) -> list[str]:
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


def _set_up_cases(engine: Engine, city: City, seat: str, clock: Callable[[], datetime]) -> list[str]:
    """Load what cases and major incidents go by as `_set_up` does; a bad file of it stops no emergency."""
    bodies, problems = _case_rules(engine.state, city)
    for body in bodies:
        _do(engine, body, seat, clock)
    return problems


def _look_at_rules_later(desk: Desk, city: City, bridge: Bridge, clock: Callable[[], datetime]) -> None:
    """Look at the files of rules once the desk stands: its log holds such rules already, and the window comes first."""

    def done(found: tuple[list[Body], list[str]]) -> None:
        bodies, problems = found
        for body in bodies:
            bridge.submit(_command(body, desk.who.seat, clock))
        for words in problems:
            desk.said.emit("warning", words)

    def look() -> None:
        state = desk.state
        jobs.start(lambda job: _case_rules(state, city), done=done)

    QTimer.singleShot(RULES_AFTER_MS, desk, look)


def _case_rules(held: State, city: City) -> tuple[list[Body], list[str]]:
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
