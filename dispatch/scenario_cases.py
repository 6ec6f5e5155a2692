"""What a drill's ordinary day is like when the drill begins: its cases with all that was done to them before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch import case_commands as k
from dispatch.account import OFFICER
from dispatch.areas import answerable
from dispatch.case import (
    AFTER,
    BEFORE,
    DISSATISFIED,
    FAILED,
    FOUND,
    LOOP,
    PASSED,
    SEEN_BY_SOURCE,
    SUSPENDED,
    CasePlace,
    CaseStage,
)
from dispatch.case_staff import Deed, Photo, person
from dispatch.standards import Standard
from dispatch.state import State

RETURNED, NOT_OURS, MORE_TIME, STOPPED, CONTESTED = "returned", "not_ours", "more_time", "suspended", "dissatisfied"
# What else happened, and where a case with it stands.
WAYS = {
    RETURNED: CaseStage.HANDLE,
    NOT_OURS: CaseStage.DISPATCH,
    MORE_TIME: CaseStage.HANDLE,
    STOPPED: CaseStage.HANDLE,
    CONTESTED: CaseStage.EVALUATE,
}
STAGES = tuple(stage.value for stage in LOOP)


@dataclass(frozen=True, slots=True)
class CaseHappening:
    """One case of a scenario, reported `after_s` seconds from its beginning (negative: before it) at a place (WGS 84).

    One from before stands at `stage` since `since_s` seconds, by `way` where something else happened to it. `same_as`
    is the number (from 1) of an earlier one that it was merged into, 0 for none.
    """

    after_s: float
    standard: str
    lon: float
    lat: float
    place: str
    source: str = "hotline"
    text: str = ""
    degree: str = "usual"
    stage: str = "collect"
    since_s: float = 600.0
    way: str = ""
    same_as: int = 0


Timed = tuple[datetime, Deed]
PlaceOf = Callable[[float, float, str], CasePlace]
"""Answer the place of a case with its cell, for lon, lat and the words of its place."""
_MINUTE = 60.0
_MISTAKEN_FOR = ("water", "power", "telecom", "heating", "gas", "urban_management", "public_service", "police")
# What each step usually takes, in minutes; whoever handles it takes what is left.
_USUAL_MIN = {"accept": 4, "verify": 16, "file": 3, "send": 5, "disown": 25, "pass_on": 5, "check": 18, "close": 6}


def reported(item: CaseHappening, place: CasePlace, photo: Photo) -> Deed:
    """Return the report of a case: by whoever is out there, or by the one at the telephone."""
    evidence = (photo(BEFORE, item.standard),) if item.source in SEEN_BY_SOURCE else ()
    who = person("collector" if item.source == "patrol" else "acceptor")
    body = k.ReportCase(item.source, item.standard, place, item.degree, text=item.text, evidence=evidence)
    return who, body


def past(
    items: Sequence[CaseHappening],
    state: State,
    start_at: datetime,
    *,
    place_of: PlaceOf,
    photo: Photo,
    words: Callable[[str], str],
) -> list[Timed]:
    """Return what was done before a drill begins and when, in the order of time; asked of a log without cases.

    Cases of classes that are not in force are left out. The log gives them their numbers in the order of their reports.
    """
    known = [each for each in enumerate(items, start=1) if each[1].after_s < 0 and each[1].standard in state.classes]
    known.sort(key=lambda each: (each[1].after_s, each[0]))
    numbers = {place: state.next_case + order for order, (place, _) in enumerate(known)}
    told: list[Timed] = []
    for place, item in known:
        told += _life(item, numbers[place], numbers.get(item.same_as, 0), state, start_at, place_of, photo, words)
    return sorted(told, key=lambda each: each[0])  # stable: what is done in one moment stays in its order


def _life(
    item: CaseHappening,
    number: int,
    into: int,
    state: State,
    start_at: datetime,
    place_of: PlaceOf,
    photo: Photo,
    words: Callable[[str], str],
) -> Iterator[Timed]:
    """Yield the report and every step of one case."""
    standard = state.classes[item.standard]
    place = place_of(item.lon, item.lat, item.place)
    department = answerable(state.areas, place.cell, standard, state.roster).department
    others = sorted((each for each in state.departments if each != department), key=lambda each: _likely(state, each))
    department = department or (others[0] if others else "")
    at = start_at + timedelta(seconds=item.after_s)
    yield at, reported(item, place, photo)
    steps = _steps(item, standard, number, department, others, photo, words)
    if into:
        steps.append(("accept", (person("acceptor"), k.MergeCase(number, into, words("merged")))))
    lasts = _lasting(steps, item)
    for (_, deed), last_s in zip(steps, lasts, strict=True):
        at += timedelta(seconds=last_s)
        yield at, deed


def _likely(state: State, department: str) -> int:
    """Order the departments that somebody may send a case to by mistake: the emergency services last."""
    kind = state.departments[department].kind
    return _MISTAKEN_FOR.index(kind) if kind in _MISTAKEN_FOR else len(_MISTAKEN_FOR)


def _lasting(steps: list[tuple[str, Deed]], item: CaseHappening) -> list[float]:
    """Return the seconds that each step took: as usual, and all of it no longer than there was time."""
    usual = [_MINUTE * _USUAL_MIN.get(name, 0) for name, _ in steps]
    room = max(0.0, -item.after_s - item.since_s)
    works = [place for place, (name, _) in enumerate(steps) if name == "handle"]
    left = room - sum(usual)
    if left < 0:
        return [each * room / sum(usual) for each in usual]
    for place in works:
        usual[place] = left / len(works)
    return usual


def _steps(
    item: CaseHappening,
    standard: Standard,
    number: int,
    department: str,
    others: list[str],
    photo: Photo,
    words: Callable[[str], str],
) -> list[tuple[str, Deed]]:
    """List what was done to one case after its report, up to where it stands."""
    acceptor, dispatcher, supervisor = person("acceptor"), person("dispatcher"), person("supervisor")
    officer, checker = person(OFFICER, department), person("checker")
    before = tuple(photo(BEFORE, item.standard) for _ in range(max(1, standard.photos_before)))

    def handled(name: str = "handle") -> tuple[str, Deed]:
        after = tuple(photo(AFTER, item.standard) for _ in range(standard.photos_after))
        return name, (officer, k.ReportHandled(number, after, words("done")))

    steps: list[tuple[str, Deed, CaseStage]] = [
        ("accept", (acceptor, k.AcceptCase(number)), CaseStage.VERIFY),
        ("verify", (person("collector"), k.ReportVerification(number, FOUND, before)), CaseStage.FILE),
        ("file", (acceptor, k.FileCase(number)), CaseStage.DISPATCH),
        ("send", (dispatcher, k.DispatchCase(number, department)), CaseStage.HANDLE),
        (*handled(), CaseStage.FEED_BACK),
        ("pass_on", (dispatcher, k.PassOnFeedback(number)), CaseStage.CHECK),
        ("check", (checker, k.ReportCheck(number, PASSED)), CaseStage.CLOSE),
        ("close", (supervisor, k.CloseCase(number, item.standard)), CaseStage.EVALUATE),
    ]
    if item.source in SEEN_BY_SOURCE:
        steps[:2] = [("accept", steps[0][1], CaseStage.FILE)]
    target = WAYS.get(item.way, CaseStage(item.stage))
    made = [(name, deed) for name, deed, stage in steps if LOOP.index(stage) <= LOOP.index(target)]
    if standard.make_safe is not None and target is not CaseStage.COLLECT:
        made.insert(1, ("safe", (officer, k.ReportMadeSafe(number, (), words("done")))))
    if item.way == RETURNED:
        made += [handled(), ("pass_on", (dispatcher, k.PassOnFeedback(number)))]
        made += [("check", (checker, k.ReportCheck(number, FAILED, (), words("check_failed"))))]
    elif item.way == NOT_OURS:
        for each in (department, *others[:1]):
            made += [("send", (dispatcher, k.DispatchCase(number, each)))]
            made += [("disown", (person(OFFICER, each), k.DisownCase(number, words("disowned"))))]
    elif item.way == MORE_TIME:
        made += [
            ("accept", (officer, k.AskExtension(number, standard.limit_of(item.degree).amount / 2, words("extended"))))
        ]
    elif item.way == STOPPED:
        made += [("accept", (supervisor, k.PauseCase(number, SUSPENDED, words("suspended"))))]
    elif item.way == CONTESTED:
        made += [("verify", (acceptor, k.TellReporter(number, words("told"))))]
        made += [("verify", (acceptor, k.RecordAnswer(number, DISSATISFIED, words("reopened"))))]
    return made
