"""Which key of the replay bar does what, as in a video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

Deed = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Keys:
    """Name what keys do."""

    play: Deed
    next_event: Deed
    previous_event: Deed
    next_incident: Deed
    previous_incident: Deed
    next_alarm: Deed
    previous_alarm: Deed
    start: Deed
    end: Deed
    hour_on: Deed
    hour_back: Deed
    slower: Deed
    faster: Deed
    bookmark: Deed


def deed_of(event: QKeyEvent, keys: Keys) -> Deed | None:
    """Return what a key does here; brackets are those of a keyboard that writes Chinese too."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    plain = {
        Qt.Key.Key_Space: keys.play,
        Qt.Key.Key_Right: keys.next_event,
        Qt.Key.Key_Left: keys.previous_event,
        Qt.Key.Key_Home: keys.start,
        Qt.Key.Key_End: keys.end,
        Qt.Key.Key_PageDown: keys.hour_on,
        Qt.Key.Key_PageUp: keys.hour_back,
        Qt.Key.Key_B: keys.bookmark,
    }
    shifted = {Qt.Key.Key_Right: keys.next_incident, Qt.Key.Key_Left: keys.previous_incident}
    controlled = {Qt.Key.Key_Right: keys.next_alarm, Qt.Key.Key_Left: keys.previous_alarm}
    tables = {
        Qt.KeyboardModifier.NoModifier: plain,
        Qt.KeyboardModifier.ShiftModifier: shifted,
        Qt.KeyboardModifier.ControlModifier: controlled,
    }
    written = {"[": keys.slower, "【": keys.slower, "]": keys.faster, "】": keys.faster}
    return tables.get(held, {}).get(key) or written.get(event.text())
