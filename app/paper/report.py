"""What a report says, as plain titles, paragraphs, tables and charts; how it is put on paper is `writing`'s."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """Hold a part of a report. `right` names the columns of numbers; `wide` the one that takes so much of the width."""

    title: str
    paragraphs: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    right: frozenset[int] = frozenset()
    wide: int = -1
    wide_percent: int = 0
    charts: tuple[str, ...] = ()
    begins_page: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Hold a whole report."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    warning: str = ""
    parts: tuple[Part, ...] = field(default=())
