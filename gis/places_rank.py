"""How well a place's name fits what was typed: by spelling, order, beginnings and numbers, from 0 to about 110."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from gis.places_text import runs

_LONG = {
    "st": "street", "ave": "avenue", "av": "avenue", "rd": "road", "dr": "drive", "blvd": "boulevard", "hwy": "highway",
    "ln": "lane", "ct": "court", "pl": "place", "sq": "square", "pkwy": "parkway", "cres": "crescent", "n": "north",
    "s": "south", "e": "east", "w": "west",
}  # fmt: skip
_COMMON = {
    "street",
    "avenue",
    "road",
    "drive",
    "boulevard",
    "lane",
    "court",
    "place",
    "way",
    "crescent",
    "via",
    "rua",
    "rue",
}


def long_words(text: str) -> list[str]:
    """List the words of a text with the usual short forms written out."""
    return [_LONG.get(word, word) for word in runs(text)]


def fit(text: str, names: Sequence[str], municipality: str) -> float:
    """Score how well what was typed fits a place that has several names, the first of which is shown."""
    typed = long_words(text)
    return max((_fit_one(typed, name, municipality) - (1.0 if i else 0.0) for i, name in enumerate(names)), default=0.0)


def is_exact(text: str, names: Sequence[str]) -> bool:
    """Tell whether what was typed is one of a place's names, short forms written out, and nothing more or less."""
    typed = long_words(text)
    return any(long_words(name) == typed for name in names)


def _fit_one(typed: Sequence[str], name: str, municipality: str) -> float:
    own = long_words(name)
    plain = "".join(typed)
    in_order = " ".join(typed)
    by_word = " ".join(sorted(typed))
    bare = own if any(word in _COMMON for word in typed) else [word for word in own if word not in _COMMON] or own
    spelt = max(
        fuzz.ratio(by_word, " ".join(sorted(own))),
        fuzz.ratio(plain, "".join(own)),
        fuzz.ratio(by_word, " ".join(sorted(bare))) - 1,
    )
    starts = " ".join(own)[: len(in_order)]
    begins = max(fuzz.ratio(in_order, starts), 0.9 * fuzz.partial_ratio(by_word, " ".join(sorted(own))))
    with_town = fuzz.token_set_ratio(by_word, " ".join([*own, *runs(municipality)]))
    numbers = [word for word in typed if word[0].isdigit()]
    missing = sum(1 for number in numbers if not any(word.startswith(number) for word in own))
    exact = sum(1 for number in numbers if number in own)
    return 0.45 * spelt + 0.25 * begins + 0.3 * with_town - 12 * missing + 3 * exact


def fit_crossing(parts: tuple[str, str], label: str) -> float:
    """Score how well two typed streets fit a crossing, whose label holds both, whichever comes first."""
    one, _, other = label.partition(" / ")
    first, second = parts
    pairs = ((first, one, second, other), (first, other, second, one))
    return max(min(_side(a, b), _side(c, d)) * 0.5 + (_side(a, b) + _side(c, d)) * 0.25 for a, b, c, d in pairs)


def _side(text: str, street: str) -> float:
    return _fit_one(long_words(text), street, "")
