"""Whoever is told of what nobody expected is not kept for it."""

from __future__ import annotations

import sys

import pytest

from app.unexpected import telling


class Window:
    """Somebody who is told."""

    def __init__(self, heard: list[object]) -> None:
        self.heard = heard

    def tell(self, kind: object, problem: object, trace: object) -> None:
        """Hear it."""
        self.heard.append(problem)


def test_it_tells_a_window_that_lives_and_python_where_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    left: list[object] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda kind, problem, trace: left.append(problem))
    window, first, second = Window(heard), ValueError("1"), ValueError("2")
    hook = telling(window.tell)
    hook(ValueError, first, None)
    del window
    hook(ValueError, second, None)
    assert heard == [first] and left == [second]
