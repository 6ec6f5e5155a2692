"""Builds everything once, by hand: city, log, engine, bridge, planner, desk. Nothing here has a widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.bridge import Bridge
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
from app.set_up import load_rules, look_at_rules_later, open_for
from dispatch.commands import Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import Log, open_log
from gis.city import City
from resources.position import Fix

if TYPE_CHECKING:
    from app.cases.erasing import Erasing
    from app.evidence.album import Album
    from app.island.alone import Alone
    from app.planner.face import PlannerFace


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
        problems = open_for(engine, city, kind, desk.who.seat, clock)
        is_given = log.is_read_only or kind is LogKind.EXERCISE
        is_later = in_thread and bool(engine.state.standards.small) and not is_given
        if not is_later and not is_given:
            problems += load_rules(engine, city, desk.who.seat, clock)
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
    bridge.waits.connect(desk.looks.wait_for)
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
        look_at_rules_later(desk, city, bridge, clock)
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
