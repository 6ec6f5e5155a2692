"""Colours and widths of the map by night and by day. The city is quiet; what happens on it is loud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Okabe & Ito, "Color Universal Design" (2008): told apart by colour-blind eyes too.
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"


@dataclass(frozen=True, slots=True)
class Theme:
    """Hold every colour of one look as `#rrggbb`. `land`, `roads` and `places` are keyed by kind."""

    name: str
    ground: str
    land: Mapping[str, str]
    water: str
    building: str
    building_edge: str
    roads: Mapping[str, str]
    casing: str
    tunnel: str
    path: str
    railway: str
    railway_gap: str
    boundary: str
    hydrant: str
    other: str
    text: str
    text_street: str
    text_water: str
    text_park: str
    text_number: str
    halo: str
    ink: str
    paper: str
    neutral: str
    departments: Mapping[str, str]
    priorities: Mapping[int, str]
    camera: str
    camera_ranked: str
    route: str
    closure: str
    closure_gap: str
    caller: str
    selection: str
    distress: str
    perimeters: Mapping[str, str]
    reach: str
    zone: str
    density: tuple[str, ...]  # from few to many


_NIGHT_DEPARTMENTS = {
    "fire": VERMILLION,
    "ambulance": GREEN,
    "police": SKY_BLUE,
    "urban_management": YELLOW,
    "water": "#4D9BE0",
    "power": ORANGE,
    # Told from all others by eyes that see no red or no green too (a difference of 12 in CIE Lab, simulated).
    "gas": "#8578F0",
    "heating": "#A9724E",
    "telecom": "#9FEBDD",
    "public_service": "#B7E07A",
    "volunteers": PURPLE,
}
_PRIORITIES = {1: VERMILLION, 2: ORANGE, 3: YELLOW, 4: SKY_BLUE}

NIGHT = Theme(
    name="night",
    ground="#10161c",
    land=MappingProxyType(
        {
            "residential": "#121920",
            "commercial": "#151b23",
            "retail": "#161b23",
            "industrial": "#161b20",
            "railway": "#141a1f",
            "construction": "#181a1c",
            "green": "#11211b",
            "wood": "#0f1f19",
            "sport": "#13261f",
            "cemetery": "#13201c",
            "sand": "#1c1d1b",
            "plaza": "#182028",
            "school": "#171b22",
            "hospital": "#1d1a22",
            "parking": "#151b22",
        }
    ),
    water="#0b2538",
    building="#1d2731",
    building_edge="#344352",
    roads=MappingProxyType(
        {
            "motorway": "#7d6c4c",
            "trunk": "#71664f",
            "primary": "#5a5b51",
            "secondary": "#4a545e",
            "tertiary": "#414d58",
            "street": "#35404b",
            "service": "#2c3742",
            "pedestrian": "#2a333f",
        }
    ),
    casing="#0a0e13",
    tunnel="#222c36",
    path="#3a4754",
    railway="#435161",
    railway_gap="#1a222a",
    boundary="#6b6f8c",
    hydrant="#8c4a4a",
    other="#7f8fa6",
    text="#c3cfda",
    text_street="#a5b4c2",
    text_water="#6fa6cf",
    text_park="#7fb096",
    text_number="#8696a5",
    halo="#0c1116",
    ink="#05080b",
    paper="#f2f6f9",
    neutral="#aab4be",
    departments=MappingProxyType(_NIGHT_DEPARTMENTS),
    priorities=MappingProxyType(_PRIORITIES),
    camera="#8fa3b8",
    camera_ranked="#9be7ff",
    route="#8fd0ff",
    closure="#ff5a4d",
    closure_gap="#f2f6f9",
    caller="#c9a6ff",
    selection="#ffffff",
    distress="#ff3b30",
    perimeters=MappingProxyType({"hazard": "#ffb020", "cordon": "#6fb7ff", "search": "#d7a3ff"}),
    reach="#4fd8c4",
    zone="#8e93b8",
    density=("#3b2a6b", "#8a2f7c", "#cf4f5d", "#f28e3c", "#fde9a0"),
)

DAY = Theme(
    name="day",
    ground="#edeae4",
    land=MappingProxyType(
        {
            "residential": "#ebe7e1",
            "commercial": "#ece7e6",
            "retail": "#efe6e2",
            "industrial": "#e7e4e6",
            "railway": "#e6e4e2",
            "construction": "#e6e2d6",
            "green": "#d6e6cd",
            "wood": "#c8dcc0",
            "sport": "#cfe5d6",
            "cemetery": "#d3e0cf",
            "sand": "#f0e8d0",
            "plaza": "#e9e6e2",
            "school": "#efe9dc",
            "hospital": "#f3e2e2",
            "parking": "#e8e6e3",
        }
    ),
    water="#b3d1e6",
    building="#dfdad2",
    building_edge="#bdb5a9",
    roads=MappingProxyType(
        {
            "motorway": "#f0bf6c",
            "trunk": "#f4cd86",
            "primary": "#f8dca2",
            "secondary": "#fbecc4",
            "tertiary": "#ffffff",
            "street": "#ffffff",
            "service": "#fbfaf8",
            "pedestrian": "#f4efe9",
        }
    ),
    casing="#bcb4a8",
    tunnel="#e2ddd4",
    path="#b5a58f",
    railway="#8f8f93",
    railway_gap="#edeae4",
    boundary="#8d83a8",
    hydrant="#b04040",
    other="#55637a",
    text="#23282e",
    text_street="#3d444c",
    text_water="#205a86",
    text_park="#2d6440",
    text_number="#5b6068",
    halo="#faf8f5",
    ink="#101418",
    paper="#ffffff",
    neutral="#8a939c",
    departments=MappingProxyType({**_NIGHT_DEPARTMENTS, "water": BLUE}),
    priorities=MappingProxyType(_PRIORITIES),
    camera="#6b7b8c",
    camera_ranked="#005f86",
    route="#005a9c",
    closure="#c4161c",
    closure_gap="#ffffff",
    caller="#6a3fb5",
    selection="#101418",
    distress="#d4000f",
    perimeters=MappingProxyType({"hazard": "#b05a00", "cordon": "#0f5aa8", "search": "#7a35b0"}),
    reach="#00706a",
    zone="#5b5f88",
    density=("#f3c969", "#ee9b4a", "#dd5f52", "#a5336f", "#4f1f6f"),
)

THEMES: Mapping[str, Theme] = MappingProxyType({"night": NIGHT, "day": DAY})


def department_colour(theme: Theme, department_kind: str) -> str:
    """Return the colour of a department kind; unknown ones are neutral."""
    return theme.departments.get(department_kind, theme.neutral)


def priority_colour(theme: Theme, priority: int) -> str:
    """Return the colour of a priority (1 is the most urgent); beyond the table it is neutral."""
    return theme.priorities.get(priority, theme.neutral)


def mixed(one: str, other: str, share: float) -> str:
    """Mix two colours `#rrggbb`: 0 is the one, 1 the other."""
    pairs = ((int(one[start : start + 2], 16), int(other[start : start + 2], 16)) for start in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2, 'relative luminance')."""
    linear = []
    for start in (1, 3, 5):
        share = int(colour[start : start + 2], 16) / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
