"""Kinds of incident that are split by what was sent to them, and the kind that they were split from."""

from __future__ import annotations

_SPLIT = "/"


def split_kind(kind: str, sent: str) -> str:
    """Name the part of a kind to which so much was sent."""
    return f"{kind}{_SPLIT}{sent}"


def whole_kind(kind: str) -> str:
    """Return the kind that a kind was split from: itself where it was not."""
    return kind.split(_SPLIT, 1)[0]


def is_split(kind: str) -> bool:
    """Tell whether a kind is a part of another one."""
    return _SPLIT in kind
