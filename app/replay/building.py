"""Builds the desk of a replay by hand: the ordinary parts round a record, with a player for a pulse and no planner."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from app.bootstrap import Desktop
from app.replay.player import Player
from app.replay.record_desk import RecordBridge, RecordDesk, RecordEngine
from app.replay.shown_then import ShownThen
from dispatch.replay.record import Record
from gis.city import City

if TYPE_CHECKING:
    from app.bridge import Bridge
    from app.pulse import Pulse
    from dispatch.engine import Engine
    from dispatch.log import Log


def build_replay(record: Record, player: Player, city: City | None, *, language: str = "en") -> Desktop:
    """Return what the window stands round. Nothing in it holds a log, nor an engine that decides."""
    desk = RecordDesk(record, clock=player.clock, language=language)
    desk.city = city
    player.join(desk)
    if not player.tape.is_empty:
        player.to_start()
    desk.album = _album(record)
    ShownThen(desk, record, player)
    return Desktop(
        desk,
        cast(City, city),
        cast("Log", record),
        cast("Engine", RecordEngine(desk, record)),
        cast("Bridge", RecordBridge(desk)),
        None,
        cast("Pulse", player),
    )


def _album(record: Record):  # type: ignore[no-untyped-def]
    """Return the photographs beside a log's file; those of a room are looked at in the room."""
    from app.evidence.album import Album, thumbnail_folder
    from dispatch.evidence_store import EvidenceStore, evidence_folder

    if "://" in record.name or record.name == "memory":
        return None
    return Album(EvidenceStore(evidence_folder(record.name)), thumbnail_folder())
