"""Every dock's widget, made once, some when they are first seen; one that cannot be made leaves a word in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.window.in_turns import Parts
from app.window.later import Later
from app.window.stand_in import stand_in

if TYPE_CHECKING:
    from app.canvas.canvas import MapCanvas

logger = logging.getLogger(__name__)
# What stands behind others until somebody asks for it: it is made then.
LATER = frozenset({"case", "case_intake", "major", "duties", "messages", "room", "island"})
# The code of those that take longest to load; loaded once the window is seen, one a turn.
LATER_CODE = (
    "app.panels.cases", "app.case_forms.all_forms", "app.panels.case", "app.panels.case_intake", "app.panels.duties",
)  # fmt: skip


def panels_in_parts(
    desk: Desk, *, keep_in: Path | None = None, workers: int | None = None
) -> Parts[tuple[dict[str, QWidget], MapCanvas]]:
    """Make every dock's widget, by its key, and the map."""
    from app.canvas.canvas import MapCanvas

    def intake() -> QWidget:
        from app.panels.intake import IntakePanel

        return IntakePanel(desk, drafts_file=keep_in / "drafts.json" if keep_in is not None else None)

    def recommendation() -> QWidget:
        from app.panels.recommendation import RecommendationPanel

        return RecommendationPanel(desk)

    def incident() -> QWidget:
        from app.panels.incident import IncidentPanel

        return IncidentPanel(desk)

    def case() -> QWidget:
        from app.panels.case import CasePanel

        return CasePanel(desk)

    def case_intake() -> QWidget:
        from app.panels.case_intake import CaseIntakePanel

        return CaseIntakePanel(desk, drafts_file=keep_in / "case-drafts.json" if keep_in is not None else None)

    def major() -> QWidget:
        from app.panels.major import MajorPanel

        return MajorPanel(desk)

    def cameras() -> QWidget:
        from app.panels.cameras import CamerasPanel

        return CamerasPanel(desk)

    def closures() -> QWidget:
        from app.panels.closures import ClosuresPanel

        return ClosuresPanel(desk)

    def coverage() -> QWidget:
        from app.coverage.panel import CoveragePanel

        return CoveragePanel(desk)

    def layers() -> QWidget:
        from app.layers.book import LayerBook
        from app.panels.layers import LayersPanel

        live_file = keep_in / "live_layers.json" if keep_in is not None else None
        return LayersPanel(desk, LayerBook(desk.city, live_file=live_file))

    def duties() -> QWidget:
        from app.panels.duties import DutiesPanel

        return DutiesPanel(desk)

    def messages() -> QWidget:
        from app.panels.messages import MessagesPanel

        return MessagesPanel(desk)

    def room() -> QWidget:
        from app.room.panel import RoomPanel

        return RoomPanel(desk)

    def island() -> QWidget:
        from app.island.panel import IslandPanel

        return IslandPanel(desk)

    canvas = MapCanvas(workers=workers)
    makers = (
        intake,
        recommendation,
        incident,
        case,
        case_intake,
        cameras,
        closures,
        coverage,
        layers,
        major,
        duties,
        messages,
        room,
        island,
    )
    docks: dict[str, QWidget] = {}
    for make in makers:
        docks[make.__name__] = Later(partial(_made, make)) if make.__name__ in LATER else _made(make)
        yield
    join = getattr(docks["closures"], "join", None)
    if join is not None:
        join(canvas)
    return docks, canvas


def _made(make: Callable[[], QWidget]) -> QWidget:
    """A panel that cannot be made must not take the others down."""
    try:
        return make()
    except Exception as problem:
        logger.exception("the panel %s could not be made", make.__name__)
        return stand_in(f"{type(problem).__name__}: {problem}")
