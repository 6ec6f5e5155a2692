"""How the ground is drawn at every scale: widths of roads, groups of kinds, sizes of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maps.style import Theme


@dataclass(frozen=True, slots=True)
class RoadStyle:
    """Say how a class of road is drawn: true width, narrowest line, and up to which scale it is shown at all."""

    colour: str
    width_m: float
    least_px: float
    coarsest_mpp: float

    def width_px(self, metres_per_pixel: float) -> float:
        """Return the width in logical pixels; 0 where the class is not shown."""
        if metres_per_pixel > self.coarsest_mpp:
            return 0.0
        return max(self.least_px, self.width_m / metres_per_pixel)


# From the bottom up: what comes later is painted over what came before.
ROAD_STYLES: Mapping[str, RoadStyle] = MappingProxyType(
    {
        "path": RoadStyle("path", 1.2, 0.8, 1.6),
        "pedestrian": RoadStyle("pedestrian", 5.5, 0.8, 6.0),
        "service": RoadStyle("service", 4.0, 0.7, 4.0),
        "street": RoadStyle("street", 7.0, 0.7, 18.0),
        "tertiary": RoadStyle("tertiary", 9.5, 0.9, 40.0),
        "secondary": RoadStyle("secondary", 11.0, 1.1, 90.0),
        "primary": RoadStyle("primary", 12.5, 1.3, 200.0),
        "trunk": RoadStyle("trunk", 13.5, 1.5, 400.0),
        "motorway": RoadStyle("motorway", 14.5, 1.6, 2_000.0),
    }
)

_ROAD_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "path": ("footway", "cycleway", "path", "steps", "track", "bridleway", "corridor"),
        "pedestrian": ("pedestrian", "living_street"),
        "service": ("service", "busway", "construction"),
        "tertiary": ("tertiary", "tertiary_link"),
        "secondary": ("secondary", "secondary_link"),
        "primary": ("primary", "primary_link"),
        "trunk": ("trunk", "trunk_link"),
        "motorway": ("motorway", "motorway_link"),
    }
)
_GROUP_OF_ROAD = {kind: group for group, kinds in _ROAD_GROUPS.items() for kind in kinds}

_LAND_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "residential": ("residential",),
        "commercial": ("commercial", "institutional"),
        "retail": ("retail",),
        "industrial": ("industrial", "port", "quarry", "landfill", "brownfield", "military", "airfield"),
        "railway": ("railway",),
        "construction": ("construction",),
        "green": (
            "park", "grass", "garden", "village_green", "recreation_ground", "farmland", "allotments", "dog_park",
            "nature_reserve", "golf_course",
        ),
        "wood": ("forest", "scrub", "wetland"),
        "sport": ("pitch", "sports_centre", "stadium", "track", "playground"),
        "cemetery": ("cemetery",),
        "sand": ("beach", "bare"),
        "plaza": ("plaza", "pier"),
        "school": ("education",),
        "hospital": ("medical",),
        "parking": ("parking",),
    }
)  # fmt: skip
_GROUP_OF_LAND = {kind: group for group, kinds in _LAND_GROUPS.items() for kind in kinds}


def road_group(kind: str) -> str:
    """Name the drawn group (a key of `ROAD_STYLES`) of an OSM highway value; unknown ones are streets."""
    return _GROUP_OF_ROAD.get(kind, "street")


def land_colour(theme: Theme, kind: str) -> str:
    """Return the fill of a class of the layers land_use and parks; unknown ones look like plain ground."""
    return theme.land.get(_GROUP_OF_LAND.get(kind, ""), theme.ground)


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """Say how a kind of label is written; `colour` names a field of the theme, `apart_px` keeps equal texts apart.

    `plate` names a road colour of the theme: the text stands on a plate with such a rim.
    """

    size_px: float
    colour: str
    bold: bool = False
    italic: bool = False
    spacing: float = 0.0
    capitals: bool = False
    apart_px: float = 0.0
    plate: str = ""


LABEL_STYLES: Mapping[str, LabelStyle] = MappingProxyType(
    {
        "city": LabelStyle(19, "text", bold=True, spacing=1.0),
        "town": LabelStyle(16, "text", bold=True, spacing=0.6),
        "suburb": LabelStyle(12.5, "text", spacing=1.6, capitals=True, apart_px=300),
        "quarter": LabelStyle(11.5, "text", spacing=0.8, apart_px=300),
        "locality": LabelStyle(10.5, "text", italic=True, apart_px=300),
        "road": LabelStyle(11.0, "text_street", bold=True, apart_px=260),
        "street": LabelStyle(10.5, "text_street", apart_px=260),
        "water": LabelStyle(11.0, "text_water", italic=True, apart_px=300),
        "park": LabelStyle(10.5, "text_park", italic=True, apart_px=300),
        "building": LabelStyle(9.5, "text_number", apart_px=200),
        "number": LabelStyle(9.0, "text_number", apart_px=70),
        **{
            f"shield_{group}": LabelStyle(8.5, "text_street", bold=True, apart_px=260, plate=group)
            for group in ("motorway", "trunk", "primary")
        },
        **{f"user{size}": LabelStyle(size, "text", apart_px=30) for size in (8, 9, 10, 11, 12, 14, 16, 20, 26)},
    }
)
