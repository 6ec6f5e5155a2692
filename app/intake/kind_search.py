"""Finds the run card that a few letters mean: by its names, its words in any language and its id."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

from dispatch.runcard import RunCard

CUT = 62.0


def rank_kinds(cards: Iterable[RunCard], words: str, *, limit: int = 8) -> tuple[RunCard, ...]:
    """Return the cards that `words` may mean, best first; without words the most urgent ones in the cards' order."""
    wanted = _folded(words)
    if not wanted:
        return tuple(sorted(cards, key=lambda card: card.priority)[:limit])
    scored = [(score, card) for card in cards if (score := max(_scores(card, wanted), default=0.0)) >= CUT]
    return tuple(
        card for _, card in sorted(scored, key=lambda pair: (-pair[0], pair[1].priority, pair[1].kind))[:limit]
    )


def _scores(card: RunCard, wanted: str) -> Iterable[float]:
    for weight, names in ((1.0, (card.name, card.name_zh, card.kind)), (0.97, card.words)):
        for name in names:
            if name:
                yield weight * _score(wanted, _folded(name))


def _score(wanted: str, name: str) -> float:
    if wanted == name:
        return 120.0
    if name.startswith(wanted):
        return 110.0 - min(8.0, 0.2 * (len(name) - len(wanted)))
    parts = name.split()
    tokens = wanted.split()
    if all(any(part.startswith(token) for part in parts) for token in tokens):
        return 102.0 - min(8.0, 0.2 * (len(name) - len(wanted)))
    if len(wanted) >= 2 and not wanted.isascii() and wanted in name:
        return 100.0
    initials = "".join(part[0] for part in parts)
    if len(wanted) >= 2 and initials.startswith(wanted):
        return 96.0
    if len(wanted) < 3:
        return 0.0
    return 0.9 * max(
        fuzz.ratio(wanted, name), fuzz.token_sort_ratio(wanted, name), *(fuzz.ratio(wanted, p) for p in parts)
    )


def _folded(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold().replace("_", " ").replace("-", " "))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
