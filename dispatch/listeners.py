"""Who wants to hear of something."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")

_logger = logging.getLogger(__name__)


class Listeners(Generic[P]):
    """Tell everybody who joined, in that order; one that fails is logged, and the others hear all the same."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def join(self, listener: Callable[P, object]) -> Callable[[], None]:
        """Tell `listener` from now on; return how to stop that."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def tell(self, about: str, /, *what: P.args, **named: P.kwargs) -> None:
        """Tell everybody; `about` says in the program's log what of, where one fails."""
        for listener in tuple(self._listeners):
            try:
                listener(*what, **named)
            except Exception:
                _logger.exception("a listener failed on %s", about)
