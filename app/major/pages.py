"""The pages of the room in the order in which an incident needs them; each is made when it is first needed."""

from __future__ import annotations

from app.major.call_outs import CallOutsPage
from app.major.cards import CardsPage
from app.major.casualties import CasualtiesPage
from app.major.cordons import CordonsPage
from app.major.methane import MethanePage
from app.major.page import Page
from app.major.papers import PapersPage
from app.major.plan import PlanPage
from app.major.roll import RollPage
from app.major.sectors import SectorsPage
from app.major.stagings import StagingsPage

KINDS: dict[str, type[Page]] = {
    "methane": MethanePage,
    "plan": PlanPage,
    "sectors": SectorsPage,
    "stagings": StagingsPage,
    "cordons": CordonsPage,
    "casualties": CasualtiesPage,
    "cards": CardsPage,
    "call_outs": CallOutsPage,
    "roll": RollPage,
    "papers": PapersPage,
}
