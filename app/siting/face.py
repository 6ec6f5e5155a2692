"""What the parts of the planning page know of it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QLabel

from app.siting.ask_bar import SitingBar
from app.siting.bench import Bench
from app.siting.drafts import Drafts
from app.siting.hands import Hands
from app.siting.plan_map import PlanMap
from app.siting.questions import Weighed
from app.siting.side import SidePanel
from gis.city import City
from maps.layers import PerimeterMark


class Face(Protocol):
    """The page: what is asked for, the two plans, the maps they are drawn on, and where it says something."""

    bar: SitingBar
    drafts: Drafts
    maps: dict[str, PlanMap]
    hands: Hands
    side: SidePanel
    bench: Bench
    weighed: Weighed | None
    said: QLabel

    @property
    def city(self) -> City | None:
        """The city that is planned in."""

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""

    def say_progress(self, share: float | None, code: str = "") -> None:
        """Show how far an answer is, None for nothing under way."""

    def failed(self, problem: BaseException) -> None:
        """Say why there is no answer."""

    def show_weighed(self, weighed: Weighed) -> None:
        """Show what both plans come to."""

    def show_perimeter(self, mark: PerimeterMark | None) -> None:
        """Draw a perimeter on both maps, or none."""
