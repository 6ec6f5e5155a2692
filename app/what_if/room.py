"""Joins the what-if to a window: its key, its bars, its card, its words on the command line."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app import jobs
from app.canvas.canvas import MapCanvas
from app.commandline.deeds import Imagine
from app.desk import Desk
from app.mapwindow.extra_map import WALL, ExtraMap
from app.planner.face import PlannerFace
from app.sending.sending import Sending
from app.what_if.banner import WhatIfBar, WhatIfFrame
from app.what_if.imagining import Imagining
from app.what_if.on_map import WhatIfOnMap
from app.what_if.panel import SEND_KEY, WhatIfCard
from app.window.window import MainWindow
from app.wording import one_line, text
from dispatch.incident import Closure
from gis.street_lines import find_street

KEY = "Ctrl+I"


class WhatIfRoom(QObject):
    """Hold everything that a what-if shows in a window, and carry out what is asked of it."""

    def __init__(self, desk: Desk, window: MainWindow, canvas: MapCanvas, planner: PlannerFace | None) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self.imagining = Imagining(desk, planner)
        self.bars: list[WhatIfBar] = []
        holder = canvas.parentWidget()
        self.card = WhatIfCard(desk, self.imagining, canvas)
        self.frames = [WhatIfFrame(canvas)]
        self.on_map = WhatIfOnMap(desk, self.imagining, canvas)
        self._put_bar(holder)
        self._put_bar(window.panels.get("recommendation"), is_slim=True)
        self.imagining.changed.connect(self._show)
        canvas.escaped.connect(self.imagining.leave)
        window.installEventFilter(self)
        self.action = QAction(text("whatif.menu", desk.language), window)
        self.action.setShortcut(QKeySequence(KEY))
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.setCheckable(True)
        self.action.triggered.connect(lambda checked=False: self.toggle())
        send = QAction(text("whatif.send_ticked", desk.language), window)
        send.setShortcut(QKeySequence(SEND_KEY))
        send.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        send.triggered.connect(lambda checked=False: self.card.send_ticked())
        window.menus.extend("menu_incident", self.action)
        window.addAction(send)
        window.menus.keys += [(KEY, self.action.text()), (SEND_KEY, send.text())]
        window.commands.imagine_wanted.connect(self.do)

    def toggle(self) -> None:
        """Enter the mode, or leave it."""
        if self.imagining.is_on:
            self.imagining.leave()
        else:
            self.imagining.enter()

    def do(self, deed: Imagine) -> None:
        """Carry out what the command line asks for; anything that is imagined enters the mode."""
        imagining = self.imagining
        if deed.what == "leave":
            imagining.leave()
            return
        imagining.enter()
        if deed.what == "back":
            imagining.take_back()
        elif deed.what == "open":
            imagining.open(deed.words)
        elif deed.what == "send":
            imagining.send(deed.unit_ids, deed.incident_id)
        elif deed.what == "close":
            self._close_street(deed.words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave by an Esc that nobody else took."""
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if not (is_key and self.imagining.is_on and event.key() == Qt.Key.Key_Escape):  # type: ignore[attr-defined]
            return False
        self.imagining.leave()
        return True

    def _close_street(self, words: str) -> None:
        city, language = self._desk.city, self._desk.language
        if city is None:
            return
        self._window.commands.found(text("whatif.closing", language, word=one_line(words, 40)))

        def done(found: tuple[str, tuple[Any, ...]]) -> None:
            name, lines = found
            street = uuid.uuid4()
            made = [
                Closure(f"what-if-{street}/{number}", "LineString", tuple(map(tuple, line.tolist())), (), name)
                for number, line in enumerate(lines)
            ]
            if self.imagining.is_on:
                self.imagining.close(*made)
                self._window.commands.found(name)

        def failed(problem: BaseException) -> None:
            said = one_line(problem, 80) if str(problem) else one_line(words, 40)
            self._window.commands.tell(text("whatif.no_street", language, word=said))

        jobs.start(lambda job: find_street(city, words), done=done, failed=failed)

    def mark_map(self, extra: ExtraMap) -> None:
        """Put the bars on a further window that shows what is imagined too; a wall map does not."""
        if extra.kind == WALL:
            return
        bar, frame = WhatIfBar(self._desk.language), WhatIfFrame(extra.canvas)
        bar.leaving.connect(partial(self.imagining.leave))
        extra.put_on_top(bar)
        self.bars.append(bar)
        self.frames.append(frame)
        extra.left.connect(partial(self._forget, bar, frame))
        extra.canvas.escaped.connect(self.imagining.leave)
        self._show()

    def _forget(self, bar: WhatIfBar, frame: WhatIfFrame) -> None:
        self.bars.remove(bar)
        self.frames.remove(frame)

    def _put_bar(self, over: QWidget | None, *, is_slim: bool = False) -> None:
        layout = over.layout() if over is not None else None
        insert = getattr(layout, "insertWidget", None)
        if insert is None:
            return
        bar = WhatIfBar(self._desk.language, is_slim=is_slim)
        bar.leaving.connect(partial(self.imagining.leave))
        insert(0, bar)
        self.bars.append(bar)

    def _show(self) -> None:
        is_on = self.imagining.is_on
        Sending.of(self._desk).do_instead(self.card.send_ticked if is_on else None)
        for bar in self.bars:
            bar.setVisible(is_on)
        for frame in self.frames:
            frame.setVisible(is_on)
            frame.fit()
        self.action.setChecked(is_on)
