"""The main window: strip, docks, map, command line, menus, keys. It arranges and holds no rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.commandline.line import CommandBar
from app.desk import Desk
from app.intake.page import IntakePage
from app.panels.incidents import IncidentsPanel
from app.panels.units import UnitsPanel
from app.window.alarm import ACKNOWLEDGE_KEY, DistressAlarm
from app.window.at_hand import AtHand
from app.window.bars import add_bar, dock_of
from app.window.case_docks import CaseDocks
from app.window.duty_docks import DutyDocks
from app.window.frame import Frame
from app.window.heading import Heading
from app.window.idle_room import IdleRoom
from app.window.in_turns import Parts, at_once
from app.window.intake_docks import IntakeDocks
from app.window.later import Later, panel_in, when_made
from app.window.layouts import Layouts
from app.window.legend import Legend
from app.window.menus import Menus
from app.window.notices import Notices
from app.window.overlays import Overlay, key_lines, sent_lines
from app.window.sound import Sounds
from app.window.status_line import StatusLine
from app.window.strip import Strip
from app.window.told import Told
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.state import State

if TYPE_CHECKING:
    from app.panels.cases import CasesPanel

DOCKS = (
    "intake", "recommendation", "incidents", "incident", "cameras", "closures", "units", "layers", "coverage",
    "cases", "case", "case_intake", "major", "duties", "messages", "room", "island",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panels:
    """The parts that the window stands round: each dock's widget by its key, and the map."""

    docks: Mapping[str, QWidget]
    map: QWidget


class MainWindow(QMainWindow):
    """Show one desk. `print_wanted`, `look_up` and `draw_closure` are for whoever built the window."""

    print_wanted = Signal()
    hand_out_wanted = Signal()
    open_log_wanted = Signal()
    look_up = Signal(str)
    draw_closure = Signal(str)
    leaving = Signal()  # everything is kept, and other windows are to be closed

    def __init__(
        self,
        desk: Desk,
        panels: Panels,
        *,
        sounds: Sounds,
        log_place: str = "",
        keep_in: Path | None = None,
    ) -> None:
        super().__init__()
        at_once(self._build(desk, panels, sounds, log_place, keep_in))

    @classmethod
    def in_parts(
        cls, desk: Desk, panels: Panels, *, sounds: Sounds, log_place: str = "", keep_in: Path | None = None
    ) -> Parts[MainWindow]:
        """Make the window in parts, none of which holds up others that are seen."""
        window = cls.__new__(cls)
        QMainWindow.__init__(window)
        yield from window._build(desk, panels, sounds, log_place, keep_in)
        return window

    def _build(self, desk: Desk, panels: Panels, sounds: Sounds, log_place: str, keep_in: Path | None) -> Parts[None]:
        self.desk = desk
        self.sounds = sounds
        self.setObjectName("main_window")
        self.setMinimumSize(QSize(960, 600))
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.menus = Menus(self, desk.language)
        self._was_shown = False
        self.map = panels.map
        self.incidents = IncidentsPanel(desk)
        yield
        self.units = UnitsPanel(desk)
        yield
        self._cases = Later(self._make_cases)
        self.panels = {**panels.docks, "incidents": self.incidents, "units": self.units, "cases": self._cases}
        self.strip = Strip(desk)
        self.commands = CommandBar(desk, keep_in / "commands.json" if keep_in else None)
        self.status_line = StatusLine(desk)
        self.status_line.show_log(log_place)
        self.setStatusBar(self.status_line)
        self._head = QVBoxLayout()
        add_bar(self, "strip_bar", self._headed(), Qt.ToolBarArea.TopToolBarArea)
        add_bar(self, "command_bar", self.commands, Qt.ToolBarArea.BottomToolBarArea)
        holder = QWidget()
        holder.setObjectName("map_holder")
        around = QVBoxLayout(holder)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.map)
        self.notices = Notices(desk, sounds, holder)
        yield
        self.docks: dict[str, QDockWidget] = {}
        for key in DOCKS:
            if key in self.panels:
                self.docks[key] = dock_of(self, key, self.panels[key], desk.language)
                yield
        self.layouts = Layouts(self, holder, self.docks, keep_in / "layout.json" if keep_in else None)
        self.frame = Frame(self)
        self.heading = Heading(desk, (self, self.frame), self.layouts.map_window)
        self.alarm = DistressAlarm(desk, sounds, self)
        self.alarm.cover([self, self.layouts.map_window])
        yield
        language = desk.language
        self.keys_page = Overlay(
            self,
            say("keys_title", language),
            lambda: key_lines(desk, self.menus.page()),
            say("close", language),
            beside=lambda: Legend(desk),
        )
        self.sent_page = Overlay(self, say("sent_title", language), lambda: sent_lines(desk), say("close", language))
        self.at_hand = AtHand(
            self, desk, self.docks, commands=self.commands, units=self.units, room=self.panels.get("room")
        )
        self.intake_docks = IntakeDocks(self, self.panels, self.docks)
        self.case_docks = CaseDocks(self, desk, self._cases, self.docks, self.status_line)
        self.duty_docks = DutyDocks(
            self,
            desk,
            self.docks,
            strip=self.strip,
            status_line=self.status_line,
            sounds=sounds,
            keep_in=keep_in,
        )
        yield
        self._build_menus()
        self._wire()
        self.told = Told(desk, self.incidents, sounds=sounds, status_line=self.status_line)
        yield
        self.layouts.restore()
        yield
        page = getattr(self.panels.get("intake"), "page", None)
        if isinstance(page, IntakePage) and "recommendation" in self.docks:
            self.idle_room = IdleRoom(
                self, self.docks["intake"], self.docks["recommendation"], page, self.docks.get("case_intake")
            )
        self._on_state(None, desk.state)

    @property
    def cases(self) -> CasesPanel:
        """Return the board of cases, made now if nobody has seen it yet."""
        return panel_in(self._cases)

    def put_below_strip(self, bar: QWidget) -> None:
        """Stand a bar below the strip, in sight whatever the panels do."""
        self._head.addWidget(bar)

    def when_cases(self, do: Callable[[CasesPanel], object]) -> None:
        """Do something with the board of cases as soon as it is there."""
        when_made(self._cases, do)

    def switch_theme(self, name: str = "") -> None:
        """Put on night or day; without a name, the other one."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        name = name or ("day" if theme.look().name == "night" else "night")
        theme.put_on(app, name)
        set_theme = getattr(self.map, "set_theme", None)
        if set_theme is not None:
            set_theme(name)

    def tell_bug(self, what: str) -> None:
        """Say once that something broke inside; the window lives on."""
        self.desk.said.emit("alarm", say("bug", self.desk.language, what=one_line(what, 160)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self, self.layouts.settle)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.layouts.save()
        self.leaving.emit()
        self.layouts.map_window.close()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1920, 1080)

    def _build_menus(self) -> None:
        menus = self.menus
        menus.add(
            "menu_desk",
            ("new_call", "F2", self.intake_docks.take_call),
            ("send", "F12", self.intake_docks.send_shown),
            ("attach", "F7", self.intake_docks.attach),
            ("command_line", "Ctrl+K", self.at_hand.focus_commands),
            ("unit_filter", "F8", self.at_hand.find_unit),
            ("what_was_sent", "F9", self.sent_page.toggle),
            ("next_message", "F11", self.duty_docks.next_message),
            ("show_messages", "Ctrl+E", self.duty_docks.show_messages),
            ("situation_report", "Ctrl+R", self.duty_docks.show_report),
            ("print", "Ctrl+P", self.print_wanted.emit),
            ("hand_out", "Ctrl+Shift+P", self.hand_out_wanted.emit),
            None,
            ("acknowledge_distress", ACKNOWLEDGE_KEY, self.alarm.acknowledge_first),
            ("acknowledge_speak", "Ctrl+Shift+S", self.at_hand.answer_speak),
            ("mute", "Ctrl+M", None),
            None,
            ("open_log_again", "", self.open_log_wanted.emit),
            ("leave", "", self.close),  # without a key: nobody leaves a desk by a slip
        )
        menus.add(
            "menu_incident",
            ("next_incident", "F3", lambda: self.incidents.step(1)),
            ("previous_incident", "Shift+F3", lambda: self.incidents.step(-1)),
            ("next_waiting", "F4", lambda: self.incidents.step(1, waiting_only=True)),
            ("plan_all", "F5", self.intake_docks.show_plan),
            ("show_map", "F6", self.at_hand.show_incident),
            ("show_duties", "Ctrl+J", self.duty_docks.show_duties),
            ("show_room", "Ctrl+O", self.at_hand.show_seats),
            ("close_road", "", lambda: self.draw_closure.emit("")),
        )
        menus.add(
            "menu_cases",
            ("new_case", "Ctrl+F2", self.intake_docks.report_case),
            ("show_cases", "Ctrl+B", self.case_docks.show_board),
            ("next_case", "Ctrl+F3", lambda: self.cases.step(1)),
            ("previous_case", "Ctrl+Shift+F3", lambda: self.cases.step(-1)),
            ("next_overdue_case", "Ctrl+F4", lambda: self.cases.step(1, overdue_only=True)),
            ("find_case", "Ctrl+Shift+F", self.case_docks.find),
            ("show_case", "Ctrl+Shift+B", self.case_docks.show_case),
        )
        menus.add(
            "menu_view",
            ("switch_theme", "Ctrl+T", self.switch_theme),
            ("one_screen", "Ctrl+1", self.layouts.one_screen),
            ("two_screens", "Ctrl+2", self.layouts.two_screens),
            ("reset_layout", "Ctrl+0", self.layouts.one_screen),
            ("show_layers", "Ctrl+L", self.at_hand.toggle_layers),
        )
        menus.add_actions(*(dock.toggleViewAction() for dock in self.docks.values()))
        menus.add("menu_help", ("shortcuts", "F1", self.keys_page.toggle))
        menus.keys.append(("Esc", say("key_esc", self.desk.language)))
        self.mute_action = menus.actions["mute"]
        self.mute_action.setCheckable(True)
        self.mute_action.toggled.connect(self._on_mute)

    def _wire(self) -> None:
        desk = self.desk
        desk.looked.connect(self._on_state)
        self.incidents.mute_wanted.connect(self.mute_action.setChecked)
        self.commands.look_up.connect(self.look_up)
        self.commands.draw_closure.connect(self.draw_closure)
        self.layouts.came_home.connect(lambda: desk.said.emit("warning", say("layout_moved", desk.language)))
        self.layouts.changed.connect(lambda mode: self.heading.show_title())

    def _on_state(self, entry: object, state: State) -> None:
        self.heading.show_kind()
        if self.sent_page.isVisible():
            self.sent_page.fill()

    def _on_mute(self, on: bool) -> None:
        self.sounds.is_muted = on
        self.incidents.sound.setChecked(not on)

    def _make_cases(self) -> CasesPanel:
        from app.panels.cases import CasesPanel

        return CasesPanel(self.desk)

    def _headed(self) -> QWidget:
        holder = QWidget()
        holder.setSizePolicy(self.strip.sizePolicy())
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.setSpacing(0)
        self._head.addWidget(self.strip)
        holder.setLayout(self._head)
        return holder
