"""What may pass a road: the height, width and weight that OpenStreetMap's tags, or a street file, allow.

Sources: the OpenStreetMap wiki pages Key:maxheight, Key:maxwidth, Key:maxweight, Key:maxweightrating.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gis.roads import NO_LIMITS, Limits

_UNSIGNED = frozenset(
    {"", "none", "no", "default", "below_default", "no_sign", "no_indications", "unsigned", "unknown", "yes"}
)
_FOOT_M, _INCH_M = 0.3048, 0.0254
_METRES = {"": 1.0, "m": 1.0, "mt": 1.0, "meter": 1.0, "metre": 1.0, "meters": 1.0, "metres": 1.0, "cm": 0.01}
# 'tons' is an American word for the short ton; OpenStreetMap writes the metric one t, or no unit at all.
_TONNES = {
    **dict.fromkeys(("", "t", "tonne", "tonnes", "mt"), 1.0),
    **dict.fromkeys(("st", "ton", "tons", "short tons"), 0.90718474),
    **dict.fromkeys(("lt", "long tons"), 1.0160469),
    **dict.fromkeys(("lb", "lbs"), 0.00045359237),
    **dict.fromkeys(("kg",), 0.001),
}
_MOST_M, _MOST_T = 30.0, 300.0
_FIELDS = (
    ("maxheight", "heightlimit", "maximumheight"),
    ("maxwidth", "widthlimit", "maximumwidth"),
    ("maxweight", "weightlimit", "maximumweight"),
)


def metres_allowed(text: str) -> float | None:
    """Read a height or width as metres; 0 where it limits nothing, None where it cannot be read.

    Knows metres, centimetres, feet and inches (`12'6"`, `12 ft 6 in`); of a list the lowest counts.
    """
    return _lowest(text, _one_length, _MOST_M)


def tonnes_allowed(text: str) -> float | None:
    """Read a weight as metric tonnes; 0 where it limits nothing, None where it cannot be read.

    Knows t, kg, lbs, st or tons (2,000 lbs), lt (long tons); of a list the lowest counts.
    """
    return _lowest(text, _one_weight, _MOST_T)


def read_limits(tags: Mapping[str, str], unread: Counter[str] | None = None) -> tuple[Limits, Limits]:
    """Read what may drive along a road and against it; values that cannot be read are counted in `unread`.

    What is signed and what fits count alike. A `maxweightrating` speaks of kinds of lorries, not of what the road
    bears, and counts on bridges only.
    """
    if not any(key.startswith("max") for key in tags):
        return NO_LIMITS, NO_LIMITS
    weights = ["maxweight"]
    if tags.get("bridge", "no") != "no":
        weights.append("maxweightrating")
    sides = []
    for side in ("forward", "backward"):
        found = []
        for keys, read in (
            (("maxheight", "maxheight:physical"), metres_allowed),
            (("maxwidth", "maxwidth:physical"), metres_allowed),
            (weights, tonnes_allowed),
        ):
            values = []
            for key in keys:
                text = tags.get(f"{key}:{side}", tags.get(key, ""))
                value = read(text)
                if value is None and unread is not None and side == "forward":
                    unread[text[:40]] += 1
                if value:
                    values.append(value)
            found.append(min(values, default=0.0))
        sides.append((found[0], found[1], found[2]))
    return sides[0], sides[1]


def limit_fields(columns: Iterable[str]) -> tuple[str | None, str | None, str | None]:
    """Find the fields of a street file that hold the greatest height, width and weight, by what they are called."""
    by_word = {re.sub(r"[^a-z]", "", column.casefold()): column for column in columns}
    height, width, weight = (next((by_word[word] for word in words if word in by_word), None) for words in _FIELDS)
    return height, width, weight


def limits_of(values: Sequence[Any], unread: Counter[str]) -> Limits:
    """Read the height, width and weight of one line of a street file; None is no limit."""
    found = []
    for value, read in zip(values, (metres_allowed, metres_allowed, tonnes_allowed), strict=True):
        text = "" if value is None or value != value else str(value)
        limit = read(text)
        if limit is None:
            unread[text[:40]] += 1
        found.append(limit or 0.0)
    return found[0], found[1], found[2]


def stricter(one: Limits, other: Limits) -> Limits:
    """Join two limits: of each the lower one that is set."""
    height, width, weight = (min(filter(None, pair), default=0.0) for pair in zip(one, other, strict=True))
    return height, width, weight


def _lowest(text: str, read_one: Callable[[str], float | None], most: float) -> float | None:
    values = []
    for part in re.split(r"[;|]", text.strip().casefold()):
        word = part.strip()
        if word in _UNSIGNED:
            continue
        value = read_one(word)
        if value is None or not 0 <= value <= most:
            return None
        if value:
            values.append(value)
    return min(values, default=0.0)


def _one_length(text: str) -> float | None:
    text = text.replace("′", "'").replace("’", "'").replace("″", '"').replace("”", '"').replace("''", '"')
    feet = re.fullmatch(
        r"(\d{1,3}(?:\.\d+)?)\s*(?:'|ft\.?|feet|foot)\s*-?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|in\.?|inch|inches)?)?", text
    )
    if feet:
        return float(feet[1]) * _FOOT_M + float(feet[2] or 0) * _INCH_M
    return _with_unit(text, _METRES)


def _one_weight(text: str) -> float | None:
    return _with_unit(text, _TONNES)


def _with_unit(text: str, units: Mapping[str, float]) -> float | None:
    if re.match(r"\d{1,3},\d{3}(?!\d)", text) and re.search(r"kg|lb", text):
        text = text.replace(",", "")  # 25,000 lbs
    found = re.fullmatch(r"(\d{1,6}(?:[.,]\d+)?)\s*([a-z ]*?)\.?", text)
    if found is None or found[2] not in units:
        return None
    return float(found[1].replace(",", ".")) * units[found[2]]
