"""One command of every type that looks as if it could be right, made from its fields: what comes later is in it too."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dispatch.calendar import WorkCalendar
from dispatch.commands import Body
from dispatch.decide import TABLE
from tests.dispatch.case_town import CALENDAR
from tests.dispatch.town import START

_PLAIN: dict[Any, Any] = {
    str: "x",
    int: 1,
    float: 1.0,
    bool: False,
    datetime: START,
    date: START.date(),
    WorkCalendar: CALENDAR,
}


def of_type(hint: Any) -> Any:
    """Return a value of a type: the simplest that is one."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is tuple:
        parts = get_args(hint)
        return () if ... in parts else tuple(of_type(part) for part in parts)
    if get_origin(hint) in (Union, UnionType):
        return None if type(None) in get_args(hint) else of_type(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    assert is_dataclass(hint), hint
    hints = get_type_hints(hint)
    needed = [each.name for each in fields(hint) if each.default is MISSING and each.default_factory is MISSING]
    return hint(**{name: of_type(hints[name]) for name in needed})  # type: ignore[operator]


EVERY_COMMAND: dict[type, Body] = {kind: of_type(kind) for kind in TABLE}
