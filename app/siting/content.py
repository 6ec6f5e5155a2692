"""All that is written down of two plans: what a child process needs to make a report, a page or a file of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.paper.origin import Origin
from app.siting.drafting import Changes
from app.siting.questions import Weighed
from dispatch.siting.plan import Plan

PDF, HTML, MAP, GEOJSON = "pdf", "html", "map", "geojson"
FORMS = (PDF, HTML, MAP, GEOJSON)
MAP_PX = (470.0, 400.0)  # of a map of the report, with TITLE_PX for its title
TITLE_PX = 20.0
ENDINGS = {PDF: ".pdf", HTML: ".html", MAP: ".html", GEOJSON: ".geojson"}


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """Hold two plans with what they come to, in a language. Every text is taken for text.

    from_words: whose reach is shown; view: x, y and metres a pixel of the maps, in the city's metric CRS; enclosed:
    lines on a perimeter that was drawn; warning: what must not be overlooked; roads, demand: in words, how roads are
    driven and where the demand is from; recorded: in words, how often the log met the target.
    """

    language: str
    origin: Origin
    department: str
    kind: str
    base: Plan
    changes: tuple[Changes, Changes]
    weighed: Weighed
    from_words: str
    view: tuple[float, float, float]
    enclosed: tuple[str, ...] = ()
    warning: str = ""
    time_zone: str = "UTC"
    roads: str = ""
    demand: str = ""
    recorded: str = ""
