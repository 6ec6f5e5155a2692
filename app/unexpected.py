"""Tells somebody of what nobody expected, without keeping him."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import TracebackType

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def telling(method: Hook) -> Hook:
    """Make a hook for exceptions that calls a method while its object lives, and Python's own afterwards.

    Each thread keeps, as long as it lives, the hook that it began under: a window that were the hook itself would stay.
    """
    held = weakref.WeakMethod(method)

    def tell(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> object:
        return (held() or sys.__excepthook__)(kind, problem, trace)

    return tell
