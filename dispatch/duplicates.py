"""Which open cases a report may be the same thing as: by place, time, class and words (重复案卷).

A suggestion is for a person to judge. Only what a case may be merged into by the rules is suggested: an open case.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.case import Case
from dispatch.case_moves import MOVES
from dispatch.state import State
from dispatch.straight import EARTH_RADIUS_M

NEAR_M, RECENT = 250.0, timedelta(days=30)
LEAST_SCORE = 0.5
# Another class is another thing unless the words say the same: a telecom cabinet is no hydrant, though both stand in
# one large class. Of another large class the words must agree more.
LEAST_WORDS_NEAR, LEAST_WORDS_FAR = 0.5, 0.6
LOOKED_AT = 50  # so many of the nearest are compared word by word, however many stand at one place
WORDS_COMPARED = 300
PLACE, TIME, CLASS, WORDS, COMPONENT = "place", "time", "class", "words", "component"
_WEIGHTS = {PLACE: 0.4, CLASS: 0.3, TIME: 0.1, WORDS: 0.2}
_M_PER_DEGREE = math.radians(1.0) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Name a case that it may be the same as. `score` is 0 to 1; 1: the same component.

    `reasons` are `component`, `place`, `class`, `time`, `words`, as far as each speaks for it. `words` is how alike
    the texts are, 0 to 1; None where one of them has no text.
    """

    case_id: int
    score: float
    reasons: tuple[str, ...]
    distance_m: float
    age_s: float
    words: float | None = None


def suggest_for(state: State, case_id: int, *, limit: int = 5) -> tuple[Suggestion, ...]:
    """List what a case may be merged into, the likeliest first; nothing where it may not be merged any more."""
    case = state.cases.get(case_id)
    if case is None or case.paused or case.stage not in MOVES["merged"].start:
        return ()
    where = case.place.location
    return suggest(
        state,
        place=(where.lon, where.lat),
        standard_id=case.standard_id,
        text=case.text,
        at=case.reported_at,
        component=case.place.component,
        exclude=case.id,
        limit=limit,
    )


def suggest(
    state: State,
    *,
    place: tuple[float, float],
    standard_id: str,
    text: str,
    at: datetime,
    component: str = "",
    exclude: int = 0,
    limit: int = 5,
) -> tuple[Suggestion, ...]:
    """List open cases that a report at a place (lon, lat) may be the same as, the likeliest first, then the oldest.

    `component` is the 16 digits of what it is about; the same component is certain. `exclude` is the case itself.
    """
    found = [_same(state.cases[each], place, at) for each in _of_component(state, component, exclude)]
    certain = {each.case_id for each in found}
    near = []
    for case, away_m in _near(state, place, at):
        if case.id == exclude or case.id in certain:
            continue
        alike = _class_alike(state, case.standard_id, standard_id)
        near.append((_weigh(case, away_m, alike, at, None), case, away_m, alike))
    near.sort(key=lambda each: (-each[0], each[1].id))
    for _, case, away_m, alike in near[:LOOKED_AT]:
        words = words_alike(text, case.text)
        score = _weigh(case, away_m, alike, at, words)
        if score >= LEAST_SCORE and (words or 0.0) >= _least_words(alike):
            age_s = abs((at - case.reported_at).total_seconds())
            found.append(Suggestion(case.id, score, _reasons(away_m, alike, age_s, words), away_m, age_s, words))
    return tuple(sorted(found, key=lambda each: (-each.score, each.case_id))[:limit])


def words_alike(one: str, other: str) -> float | None:
    """Say how alike two texts are, 0 to 1, in any order of words and in scripts without spaces; None without a text."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return None
    from rapidfuzz import fuzz  # only when somebody asks

    if first.isascii() and second.isascii():
        return float(fuzz.token_set_ratio(first, second)) / 100
    pairs, others = _pairs(first), _pairs(second)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else float(first == second)


def _of_component(state: State, component: str, exclude: int) -> list[int]:
    known = state.cases_of_component.get(component, ()) if component else ()
    return [each for each in known if each != exclude and each in state.open_cases]


def _same(case: Case, place: tuple[float, float], at: datetime) -> Suggestion:
    where = case.place.location
    away_m = _apart_m(place, where.lon, where.lat, math.cos(math.radians(place[1])))
    return Suggestion(case.id, 1.0, (COMPONENT,), away_m, abs((at - case.reported_at).total_seconds()))


def _near(state: State, place: tuple[float, float], at: datetime) -> list[tuple[Case, float]]:
    """Return the open cases near by that are recent, with how far they are, in metres."""
    lon, lat = place
    narrow = max(math.cos(math.radians(lat)), 0.01)
    high = NEAR_M / _M_PER_DEGREE
    wide = high / narrow
    cases, found = state.cases, []
    for case_id in state.open_cases:
        case = cases[case_id]
        where = case.place.location
        if abs(where.lat - lat) > high or abs(where.lon - lon) > wide:
            continue
        away_m = _apart_m(place, where.lon, where.lat, narrow)
        if away_m <= NEAR_M and abs(at - case.reported_at) <= RECENT:
            found.append((case, away_m))
    return found


def _apart_m(place: tuple[float, float], lon: float, lat: float, narrow: float) -> float:
    return math.hypot((lon - place[0]) * narrow, lat - place[1]) * _M_PER_DEGREE


def _class_alike(state: State, one: str, other: str) -> float:
    """Weigh two classes: 1 the same, 0.25 of one large class, 0 neither."""
    if one == other:
        return 1.0
    first, second = state.classes.get(one), state.classes.get(other)
    if first is None or second is None:
        return 0.0
    return 0.25 if (first.group, first.large) == (second.group, second.large) else 0.0


def _least_words(alike: float) -> float:
    """Return how alike the words must be for a class that is so alike."""
    return 0.0 if alike == 1.0 else LEAST_WORDS_NEAR if alike else LEAST_WORDS_FAR


def _weigh(case: Case, away_m: float, alike: float, at: datetime, words: float | None) -> float:
    parts = {PLACE: 1 - away_m / NEAR_M, CLASS: alike, TIME: max(0.0, 1 - abs(at - case.reported_at) / RECENT)}
    if words is not None:
        parts[WORDS] = words
    return sum(_WEIGHTS[name] * part for name, part in parts.items()) / sum(_WEIGHTS[name] for name in parts)


def _reasons(away_m: float, alike: float, age_s: float, words: float | None) -> tuple[str, ...]:
    speaks = {
        PLACE: away_m <= NEAR_M / 2,
        CLASS: alike == 1.0,
        TIME: age_s <= timedelta(days=3).total_seconds(),
        WORDS: words is not None and words >= 0.5,
    }
    return tuple(name for name, so in speaks.items() if so)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:WORDS_COMPARED]).casefold().strip()


def _pairs(text: str) -> set[str]:
    """Return the pairs of letters that stand side by side: what a script without spaces is compared by."""
    letters = "".join(each for each in text if each.isalnum())
    return {letters[place : place + 2] for place in range(len(letters) - 1)}
