"""The moment that a map to hand out shows, read from a log, and the words that tell which moment it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.events import LogKind
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.standards import Standard
from dispatch.state import FOLD_VERSION, State, fold
from gis.city import City
from maps import live
from maps.case_rows import CaseRows
from maps.layers import Marks, camera_marks, station_marks
from maps.unit_rows import unit_marks


def moment_of_log(city: City, place: str, keys: Path, language: str) -> tuple[Marks, tuple[str, ...], str]:
    """Return what a log says last: the marks, what moment that is, and a banner where it is not the real thing.

    Units without a position of their own stand at their stations: positions are not in a log. Raises OSError.
    """
    if "://" not in place and not Path(place).is_file():
        raise FileNotFoundError(f"--log: there is no file {place}")
    try:
        log = open_log(place, key_folder=keys, read_only=True)
        try:
            state = log.load_checkpoint(FOLD_VERSION) or State()
            state = fold(state, log.read(state.sequence))
        finally:
            log.close()
    except (LogDamaged, NotSaved) as error:
        raise OSError(f"--log: {error}") from error
    at = state.at
    if at is None:
        raise ValueError(f"--log: {place} is empty")
    marks = Marks(
        closures=live.closure_marks(state, city),
        stations=live.station_marks_of(state, city) or station_marks(city),
        cameras=camera_marks(city),
        units=unit_marks(state, {}, city, at=at),
        cases=(CaseRows().table(state, city, at=at, name=lambda each: class_name(each, language)),),
        incidents=live.incident_marks(state, city, at=at, name=lambda kind: kind_name(state, kind, language)),
    )
    return marks, moment_lines(state, at, language), banner_of(state, language)


def moment_lines(state: State, at: datetime, language: str, *, seat: str = "") -> tuple[str, ...]:
    """Tell the moment in the city's time, and which seat shows it."""
    local = at.astimezone(ZoneInfo(state.time_zone))
    when = local.strftime("%Y-%m-%d %H:%M:%S %Z")
    return (say("handout_at", language, when=when, seat=f" · {one_line(seat, 60)}" if seat else ""),)


def banner_of(state: State, language: str) -> str:
    """Return the words that no map of a drill or of history may go without; empty for the real thing."""
    if state.kind in (None, LogKind.LIVE):
        return ""
    return say("handout_banner", language, kind=say(state.kind.value, language))


def class_name(standard: Standard, language: str) -> str:
    """Name a class of cases as the standards of a log do."""
    return one_line(standard.name_zh if language == "zh" and standard.name_zh else standard.name, 60)


def kind_name(state: State, kind: str, language: str) -> str:
    """Name a kind of incident as the run cards of a log do."""
    card = state.cards.get(kind)
    if card is None:
        return one_line(kind)
    return one_line(card.name_zh if language == "zh" and card.name_zh else card.name)
