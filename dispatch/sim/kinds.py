"""Kinds of incident that are split by their priority and by what was sent, and the kinds that they were split from."""

from __future__ import annotations

from functools import lru_cache

_SPLIT = "/"


def split_kind(kind: str, part: str) -> str:
    """Name a part of a kind, which may be a part itself."""
    return f"{kind}{_SPLIT}{part}"


def whole_kind(kind: str) -> str:
    """Return the kind that a kind was split from in the end: itself where it was not."""
    return kind.split(_SPLIT, 1)[0]


@lru_cache(maxsize=65_536)
def kinds_around(kind: str) -> tuple[str, ...]:
    """Return a kind and all that it was split from, the most particular first."""
    parts = kind.split(_SPLIT)
    return tuple(_SPLIT.join(parts[:length]) for length in range(len(parts), 0, -1))
