"""The sounds of the room: a new incident or message (mutable), an order nobody acknowledged, distress (never muted)."""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWidgets import QApplication

from app.native_types import make_slowly
from app.theme import ASSETS

logger = logging.getLogger(__name__)
FOREVER = -2  # QSoundEffect.Loop.Infinite


class Sounds(QObject):
    """Play the room's sounds; where there is none, say so once (`missing`) and ring the desktop's bell instead."""

    missing = Signal(str)
    played = Signal(str)

    def __init__(self, parent: QObject | None = None, *, is_silent: bool = False) -> None:
        super().__init__(parent)
        self.is_muted = False
        self.is_hushed = False
        self._is_silent = is_silent
        self._effects: dict[str, Any] = {}
        self._has_told = False
        self._bell = QTimer(self)
        self._bell.setInterval(1_500)
        self._bell.timeout.connect(QApplication.beep)

    def prepare(self) -> None:
        """Load what sounds need before the first one is due, a little at a time and never in another thread."""
        if self._is_silent:
            return

        def load() -> None:
            for name in ("incident", "message", "order", "distress"):
                self._effect(name)

        make_slowly(self, then=load)

    def hush(self, on: bool) -> None:
        """Play nothing, distress neither, until told otherwise: what is heard would be taken for what is now."""
        self.is_hushed = on
        if on:
            self.distress(False)

    def incident(self) -> None:
        """Sound a new incident, unless muted."""
        if not self.is_muted:
            self._play("incident")

    def message(self) -> None:
        """Sound a message softly, unless muted."""
        if not self.is_muted:
            self._play("message")

    def order(self) -> None:
        """Sound an order that nobody has acknowledged."""
        self._play("order")

    def distress(self, on: bool) -> None:
        """Sound distress until told that it is over; muting does not touch it."""
        if on:
            self._play("distress", for_ever=True)
            return
        self._bell.stop()
        effect = self._effects.get("distress")
        if effect is not None:
            effect.stop()

    def _play(self, name: str, *, for_ever: bool = False) -> None:
        self.played.emit(name)
        if self._is_silent or self.is_hushed:
            return
        effect = self._effect(name)
        if effect is None:
            QApplication.beep()
            if for_ever:
                self._bell.start()
            return
        effect.setLoopCount(FOREVER if for_ever else 1)
        effect.play()

    def _effect(self, name: str) -> Any:
        if name not in self._effects:
            self._effects[name] = self._load(name)
        return self._effects[name]

    def _load(self, name: str) -> Any:
        try:  # QtMultimedia needs the system's libpulse0; without it the program still works
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

            if QMediaDevices.defaultAudioOutput().isNull():
                return self._tell("no audio device")
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(ASSETS / f"{name}.wav")))
            effect.setVolume(1.0)
        except ImportError as problem:
            return self._tell(str(problem))
        return effect

    def _tell(self, reason: str) -> None:
        if not self._has_told:
            self._has_told = True
            logger.warning("no sound: %s", reason)
            self.missing.emit(reason)
