"""Scenes of the demo beside its emergencies: the ordinary day of the city, and several departments at one incident."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from app.messages.unread import ALL
from app.panels.messages import MessagesPanel
from app.window.later import panel_in
from dispatch.case import CaseStage
from dispatch.clocks import URGENT, Limit
from dispatch.duty_commands import DutyDraft, GiveDuties
from dispatch.major import Methane
from dispatch.major_commands import DeclareMajorIncident
from dispatch.message_commands import SendMessage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.bootstrap import Desktop
    from app.desktop import Shown
    from dispatch.state import State


class Demo(Protocol):
    """Say what the scenes ask of the demo that plays them."""

    desktop: Desktop
    shown: Shown

    @property
    def state(self) -> State: ...

    def key(self, keys: str) -> None: ...

    def type_words(self, words: str) -> None: ...

    def enter(self) -> None: ...

    def wait(self, milliseconds: int) -> None: ...

    def until(self, is_so: Callable[[], bool]) -> None: ...

    def picture(self, name: str, words: str, *, of: QWidget | None = None) -> None: ...


def show_the_day(demo: Demo) -> None:
    """Show the board, report a case by keys alone, take it on, and rule on one that nobody says is theirs."""
    desk = demo.desktop.desk
    demo.key("Ctrl+B")
    desk.select(case_id=_case_of(demo, "damaged_pavement"))
    demo.wait(2_500)  # thumbnails are made apart, by a child that starts now
    demo.picture("cases", "The day beside it: cases by what is due first, and one that was given back.")
    demo.key("Ctrl+F2")
    demo.type_words("Kasarmikatu 25")
    demo.wait(400)
    demo.enter()
    demo.wait(600)
    demo.type_words("litter")
    demo.wait(100)
    demo.enter()
    demo.type_words("The bin by the museum overflows.")
    demo.wait(600)
    demo.picture("case-report", "A case is reported: who answers, until when, and what may be the same thing.")
    before = len(demo.state.cases)
    demo.key("Ctrl+Return")
    demo.until(lambda: len(demo.state.cases) > before)
    number = max(demo.state.cases)
    demo.key("Ctrl+Shift+B")
    demo.key("Alt+Return")
    demo.key("Ctrl+Return")
    demo.until(lambda: demo.state.cases[number].stage is CaseStage.VERIFY)
    desk.select(case_id=_case_of(demo, "pothole"))
    demo.key("Ctrl+Shift+B")
    demo.key("Alt+Return")
    demo.picture("ruling", "Two departments said that it is not theirs: a coordinator rules, with a reason.")
    demo.key("Esc")
    demo.key("Ctrl+G")
    demo.wait(2_500)
    figures = demo.shown.figures_room.shown
    demo.picture("figures", "The figures of the day, computed from the log alone, with their definitions.", of=figures)
    if figures is not None:
        figures.close()
    demo.shown.window.activateWindow()
    demo.wait(200)
    desk.select(incident_id=max(demo.state.incidents))
    demo.key("Ctrl+1")


def show_departments(demo: Demo, fire: int) -> None:
    """Give several departments their duties at a fire, tell them all, and declare it a major incident."""
    desk = demo.desktop.desk
    desk.select(incident_id=fire)
    duties = (
        DutyDraft("Shut off the power of the house", "power", limit=Limit(URGENT, 0.25)),
        DutyDraft("Close the street to all traffic", "police", limit=Limit(URGENT, 0.25)),
        DutyDraft("Raise the pressure in the mains", "water", limit=Limit(URGENT, 0.5)),
        DutyDraft("Fence the pavement when the hoses are gone", "urban_management", after=(1,)),
    )
    desk.send(GiveDuties(duties, incident_id=fire))
    words = "Rikhardinkatu is closed between Korkeavuorenkatu and Kasarmikatu until further notice."
    desk.send(SendMessage(words, incident_id=fire, needs_receipt=True))
    methane = Methane(
        location="Rikhardinkatu 3, courtyard from Korkeavuorenkatu",
        incident_type="Fire on the second floor, smoke in the stairs",
        hazards="Gas in the house, shut off in the cellar",
        access="From the north; the south is for ambulances",
        casualties="Two with smoke, seven still in their flats",
        services="Fire, ambulance, police; power and water asked for",
    )
    desk.send(DeclareMajorIncident(fire, methane, "More people in the house than crews"))
    demo.wait(300)
    demo.key("Ctrl+Shift+J")
    demo.wait(500)
    demo.picture("major", "The fire is a major incident: METHANE, roles, sectors, clocks, casualties.")
    demo.key("Ctrl+J")
    demo.wait(300)
    demo.picture("duties", "What each department is to do there, until when, and what waits for what.")
    demo.key("Ctrl+E")
    messages = panel_in(demo.shown.window.panels["messages"])
    if isinstance(messages, MessagesPanel):
        messages.open_page(ALL)
    demo.wait(300)
    demo.picture("messages", "A message to all departments, and who has said that they have it.")
    demo.key("Ctrl+R")
    demo.wait(900)
    demo.picture("situation", "The situation report of the whole city.")
    demo.key("Ctrl+R")
    demo.key("Ctrl+1")
    desk.select(incident_id=fire)
    demo.wait(300)


def _case_of(demo: Demo, standard_id: str) -> int:
    return next(number for number, case in demo.state.cases.items() if case.standard_id == standard_id)
