"""The grammar of the command line: words in, what to do out. Knows the state, no widget.

E3 on scene [0214]          what a unit does; with a time, keyed in from paper
send E3 A2 to 14            units to an incident
release E3 [reason]         close 14 [disposition]      reopen 14 reason
note 14 words               level 14 2                  priority 14 1       kind 14 gas leak
select 14 | select E3       goto Market Square 5        answer E3
closeroad [reason]          openroad reason or id       distress E3
lift 14 | lift label        (a perimeter, by its incident, label, kind or id)
warn 14 words               unwarn words                (a warning that stays with the place of 14)
hold, unhold, moveup, weather, coverage, whatif         (see `city_words`)
take, hand, handall, decline, queue                     (see `room_words`)
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.commandline import city_words, room_words
from app.commandline.deeds import SIGNAL_WORDS, VERBS, Deed, DrawClosure, GoTo, Send, Take, Unclear
from app.commandline.lookup import (
    leading_incident,
    leading_unit,
    maybe,
    one_unit,
    perimeters_of,
    status_of,
    units_of,
    unknown,
)
from app.parts.closure_words import NoShare, NoTime, read_wish
from app.wording import label
from dispatch.commands import (
    AcknowledgeSignal,
    AddNote,
    AssignUnits,
    ChangeAlarmLevel,
    ChangeKind,
    ChangePriority,
    Choice,
    CloseIncident,
    LiftPerimeter,
    OpenRoad,
    PostWarning,
    RaiseSignal,
    ReleaseUnit,
    RemoveWarning,
    ReopenIncident,
    ReportStatus,
)
from dispatch.incident import Perimeter, PremiseWarning
from dispatch.recommendation import Recommendation
from dispatch.state import State
from resources.status import Signal, Status

BY_HAND = "command line"
PREMISE_M = 40.0  # a warning is shown for what happens within this distance of its place
_BECAUSE = re.compile(r"\sbecause\s", re.IGNORECASE)
_TIME = re.compile(r"(?<!\S)(\d{1,2})[:.]?(\d{2})$")


def understand(line: str, state: State, now: datetime, recommendation: Recommendation | None = None) -> Deed:
    """Return what a line asks for; raise `Unclear` with what would be accepted.

    A unit's id may hold spaces: the longest one that the line begins with is meant. A time of day is in the
    city's zone and means its most recent past.
    """
    words = " ".join(line.split())
    if not words:
        raise Unclear("unclear_empty")
    verb, _, rest = words.partition(" ")
    verb = {"go": "goto", "sel": "select", "dispatch": "send", "ack": "answer"}.get(verb.casefold(), verb.casefold())
    rest = rest.strip()
    # A unit called like a verb wins only where a status follows its name.
    unit_id, after = leading_unit(words, state)
    if unit_id is not None and (verb not in VERBS or status_of(after) is not None):
        return _status(unit_id, after, state, now)
    if verb in VERBS:
        return _VERBS[verb](rest, state, now, recommendation)
    raise unknown(words, state)


def paper_time(words: str, now: datetime, time_zone: str) -> datetime | None:
    """Return the most recent past instant at the time of day that ends `words` (`0214`, `2:14`), aware UTC; or None."""
    found = _TIME.search(words)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise Unclear("unclear_time", word=found[0])
    zone = ZoneInfo(time_zone)
    here = now.astimezone(zone)
    instants = []
    for days in (0, 1):
        day = here.date() - timedelta(days=days)
        for fold in (0, 1):  # the hour that a clock change repeats exists twice
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
            instants.append(at.astimezone(now.tzinfo))
    return max(one for one in instants if one <= now)


def _status(unit_id: str, words: str, state: State, now: datetime) -> Deed:
    if not words:
        raise Unclear("unclear_missing_status", unit=unit_id)
    words = re.sub(r"^(is|now)\s+", "", words, flags=re.IGNORECASE)
    signal = SIGNAL_WORDS.get(words.casefold())
    if signal is not None:
        return Send((RaiseSignal(unit_id, signal),))
    found = status_of(words)
    if found is None:
        raise Unclear("unclear_status", word=words)
    status, rest = found
    rest, _, why = (part.strip() for part in _BECAUSE.sub("\0", f" {rest} ", count=1).partition("\0"))
    at = paper_time(rest, now, state.time_zone)
    if at is not None:
        rest = _TIME.sub("", rest).strip()
    source = "paper" if at is not None else "desk"
    if status is Status.OUT_OF_SERVICE:
        if not (rest or why):
            raise Unclear("unclear_reason", what=f"{unit_id} out of service")
        body = ReportStatus(unit_id, status, reason=rest or why, source=source)
    elif status in (Status.TRANSPORTING, Status.AT_DESTINATION):
        to = re.sub(r"^to\s+", "", rest, flags=re.IGNORECASE)
        body = ReportStatus(unit_id, status, reason=why, destination=to, source=source)
    elif rest:
        raise Unclear("unclear_time" if rest[0].isdigit() else "unclear_status", word=rest)
    else:
        body = ReportStatus(unit_id, status, reason=why, source=source)
    return Send((body,), at)


def _send(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    found = re.match(r"(.*?)(?:^|\s+)to\s+(.+)$", rest, flags=re.IGNORECASE)
    if not found:
        raise Unclear("unclear_missing_to", units=rest or "E3")
    units = list(units_of(found[1].replace(",", " "), state))
    if not units:
        raise Unclear("unclear_missing_units")
    incident, extra = leading_incident(found[2], state)
    shown = recommendation if recommendation is not None and recommendation.incident_id == incident.id else None
    chosen = {one.unit_id: one for one in shown.chosen} if shown is not None else {}
    choices = []
    for unit_id in units:
        one = chosen.get(unit_id)
        if one is not None:
            choices.append(Choice(unit_id, one.need_id, one.eta.total_s))
        else:
            choices.append(Choice(unit_id, override_reason=extra or BY_HAND))
    return Send((AssignUnits(incident.id, tuple(choices), shown.hash if shown is not None and chosen else ""),))


def _release(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    unit_id, reason = one_unit(rest, state)
    return Send((ReleaseUnit(unit_id, reason),))


def _close(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, words = leading_incident(rest, state)
    card = state.cards.get(incident.kind)
    dispositions = card.dispositions if card is not None else ()
    if not words:
        if len(dispositions) != 1:
            shown = ", ".join(one.replace("_", " ") for one in dispositions) or f"close {incident.id} done"
            raise Unclear("unclear_disposition", choices=shown)
        return Send((CloseIncident(incident.id, dispositions[0]),))
    if not dispositions:
        return Send((CloseIncident(incident.id, words),))
    spoken = words.casefold().replace("_", " ")
    for one in sorted(dispositions, key=len, reverse=True):
        name = one.casefold().replace("_", " ")
        if spoken == name or spoken.startswith(f"{name} "):
            return Send((CloseIncident(incident.id, one, words[len(name) :].strip()),))
    begun = [one for one in dispositions if one.casefold().replace("_", " ").startswith(spoken)]
    if len(begun) == 1:
        return Send((CloseIncident(incident.id, begun[0]),))
    raise Unclear("unclear_disposition", choices=", ".join(one.replace("_", " ") for one in begun or dispositions))


def _reopen(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, reason = leading_incident(rest, state)
    if not reason:
        raise Unclear("unclear_reason", what=f"reopen {incident.id}")
    return Send((ReopenIncident(incident.id, reason),))


def _note(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, words = leading_incident(rest, state)
    if not words:
        raise Unclear("unclear_text", number=incident.id)
    return Send((AddNote(incident.id, words),))


def _level(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, word = leading_incident(rest, state)
    card = state.cards.get(incident.kind)
    most = card.max_level if card is not None else 1
    if not re.fullmatch(r"\d{1,2}", word) or not 1 <= int(word) <= most:
        raise Unclear("unclear_level", word=word, number=incident.id, most=most)
    return Send((ChangeAlarmLevel(incident.id, int(word)),))


def _priority(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, words = leading_incident(rest, state)
    word, _, reason = words.partition(" ")
    if word not in ("1", "2", "3", "4", "5"):
        raise Unclear("unclear_priority", word=word)
    return Send((ChangePriority(incident.id, int(word), reason),))


def _kind(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, word = leading_incident(rest, state)
    spoken = word.casefold().replace("_", " ")
    names = {card.kind.replace("_", " ").casefold(): card.kind for card in state.run_cards.cards}
    names |= {card.name.casefold(): card.kind for card in state.run_cards.cards}
    names |= {card.name_zh: card.kind for card in state.run_cards.cards if card.name_zh}
    kind = names.get(spoken)
    if kind is None:
        begun = {value for name, value in names.items() if spoken and name.startswith(spoken)}
        if len(begun) == 1:
            kind = begun.pop()
    if kind is None:
        raise Unclear("unclear_kind", word=word, hint=maybe(spoken, names))
    return Send((ChangeKind(incident.id, kind),))


def _select(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    unit_id, after = leading_unit(rest, state)
    if unit_id is not None and not after:
        return Take(unit_id=unit_id)
    incident, _ = leading_incident(rest, state)
    return Take(incident_id=incident.id)


def _goto(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    if not rest:
        raise Unclear("unclear_place")
    return GoTo(rest)


def _closeroad(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    try:
        read_wish(rest, now, state.time_zone)
    except NoTime as problem:
        raise Unclear("unclear_time", word=problem) from problem
    except NoShare as problem:
        raise Unclear("unclear_factor", word=problem) from problem
    return DrawClosure(rest)


def _openroad(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    spoken = rest.casefold()
    fits = [
        one.id for one in state.closures.values() if spoken and spoken in (one.id.casefold(), one.reason.casefold())
    ]
    if not fits and len(state.closures) == 1 and not spoken:
        fits = list(state.closures)
    if len(fits) != 1:
        raise Unclear("unclear_closure", word=rest)
    return Send((OpenRoad(fits[0]),))


def _lift(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    spoken = rest.casefold().removeprefix("#")
    standing = perimeters_of(state)
    fits = [one for one in standing if not spoken or spoken in _names_of(one)]
    if len(fits) != 1:
        names = (
            ", ".join(dict.fromkeys(one.label or label("perimeter_kind", one.kind) for one in fits or standing)) or "–"
        )
        raise Unclear("unclear_perimeter", word=rest, choices=names)
    return Send((LiftPerimeter(fits[0].id),))


def _names_of(perimeter: Perimeter) -> tuple[str, ...]:
    number = str(perimeter.incident_id) if perimeter.incident_id is not None else ""
    kinds = (label("perimeter_kind", perimeter.kind, language).casefold() for language in ("en", "zh"))
    return tuple(name for name in (perimeter.id.casefold(), perimeter.label.casefold(), number, *kinds) if name)


def _warn(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    incident, words = leading_incident(rest, state)
    if not words:
        raise Unclear("unclear_warning", number=incident.id)
    here = incident.location
    id_ = f"{incident.id}-{now:%Y%m%d%H%M%S%f}"
    return Send((PostWarning(PremiseWarning(id_, here.lon, here.lat, PREMISE_M, words)),))


def _unwarn(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    spoken = rest.casefold()
    fits = [one.id for one in state.warnings.values() if spoken and spoken in (one.id.casefold(), one.text.casefold())]
    if len(fits) != 1:
        raise Unclear("unclear_unwarn", word=rest)
    return Send((RemoveWarning(fits[0]),))


def _answer(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    unit_id, _ = one_unit(rest, state)
    return Send((AcknowledgeSignal(unit_id, Signal.REQUEST_TO_SPEAK),))


def _distress(rest: str, state: State, now: datetime, recommendation: Recommendation | None) -> Deed:
    unit_id, _ = one_unit(rest, state)
    return Send((RaiseSignal(unit_id, Signal.DISTRESS),))


_VERBS = {
    "send": _send,
    "release": _release,
    "close": _close,
    "reopen": _reopen,
    "note": _note,
    "level": _level,
    "priority": _priority,
    "kind": _kind,
    "select": _select,
    "goto": _goto,
    "closeroad": _closeroad,
    "openroad": _openroad,
    "lift": _lift,
    "answer": _answer,
    "distress": _distress,
    "warn": _warn,
    "unwarn": _unwarn,
    **city_words.VERBS,
    **room_words.VERBS,
}
