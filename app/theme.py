"""The looks of the program: night (a dark room, the default) and day. One look is one set of colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from maps.lettering import FONT_FAMILIES
from maps.style import BLUE, DAY, GREEN, NIGHT, ORANGE, PURPLE, SKY_BLUE, VERMILLION, YELLOW, contrast
from resources.status import Status

ASSETS = Path(__file__).parent / "assets"
BASE_PX = 13


@dataclass(frozen=True, slots=True)
class Look:
    """Hold every colour of one look as `#rrggbb`."""

    name: str
    window: str
    panel: str
    field: str
    raised: str
    line: str
    strong_line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    selection: str
    selection_text: str
    hover: str
    good: str
    notice: str
    warning: str
    alarm: str
    alarm_text: str
    alarm_ground: str
    warning_ground: str
    live: str
    drill: str
    drill_text: str
    replay: str
    replay_text: str
    statuses: Mapping[str, str]
    departments: Mapping[str, str]
    priorities: Mapping[int, str]
    neutral: str


# Fills of the status badges; the letters on them say the same without colour.
_STATUSES = {
    Status.AVAILABLE: GREEN,
    Status.AVAILABLE_BY_RADIO: "#5fc9a8",
    Status.ALERTED: YELLOW,
    Status.ACKNOWLEDGED: "#c9b93a",
    Status.EN_ROUTE: SKY_BLUE,
    Status.STAGED: "#3f86c9",
    Status.ON_SCENE: VERMILLION,
    Status.TRANSPORTING: PURPLE,
    Status.AT_DESTINATION: "#e3b5cd",
    Status.OUT_OF_SERVICE: "#77818b",
}
_STATUS_FILLS: Mapping[str, str] = MappingProxyType({status.value: colour for status, colour in _STATUSES.items()})

LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "night": Look(
            name="night",
            window="#0b0f14",
            panel="#121920",
            field="#0d1319",
            raised="#1c2630",
            line="#25313c",
            strong_line="#3a4a59",
            text="#d6dee6",
            muted="#93a1af",
            faint="#667582",
            accent=SKY_BLUE,
            accent_text="#04121c",
            selection="#1d4460",
            selection_text="#ffffff",
            hover="#182330",
            good="#45c19a",
            notice=SKY_BLUE,
            warning=ORANGE,
            alarm="#ff6b4a",
            alarm_text="#14070a",
            alarm_ground="#3b1613",
            warning_ground="#33270d",
            live="#d1342f",
            drill=PURPLE,
            drill_text="#14070f",
            replay="#35a79c",
            replay_text="#03110f",
            statuses=_STATUS_FILLS,
            departments=NIGHT.departments,
            priorities=NIGHT.priorities,
            neutral=NIGHT.neutral,
        ),
        "day": Look(
            name="day",
            window="#dfe3e8",
            panel="#f6f7f9",
            field="#ffffff",
            raised="#e6eaee",
            line="#c9d0d7",
            strong_line="#9ba7b3",
            text="#161c22",
            muted="#4c5966",
            faint="#75818d",
            accent="#005f9a",
            accent_text="#ffffff",
            selection="#bcdcf2",
            selection_text="#0b1a26",
            hover="#e9eff5",
            good="#00694d",
            notice=BLUE,
            warning="#8a5300",
            alarm="#b3200e",
            alarm_text="#ffffff",
            alarm_ground="#fbdcd6",
            warning_ground="#fdeecb",
            live="#c4161c",
            drill="#9a3f78",
            drill_text="#ffffff",
            replay="#0a746b",
            replay_text="#ffffff",
            statuses=_STATUS_FILLS,
            departments=DAY.departments,
            priorities=DAY.priorities,
            neutral=DAY.neutral,
        ),
    }
)
THEMES = tuple(LOOKS)
_INKS = ("#05080b", "#ffffff")


@cache
def ink_on(fill: str) -> str:
    """Return black or white, whichever is read better on `fill` (`#rrggbb`)."""
    return max(_INKS, key=lambda ink: contrast(fill, ink))


def look() -> Look:
    """Return the look that the program wears now."""
    app = QApplication.instance()
    name = app.property("theme") if app is not None else None
    return LOOKS.get(str(name), LOOKS["night"])


def put_on(app: QApplication, name: str) -> Look:
    """Dress the whole program in the look `name`: style, full palette, style sheet and font."""
    worn = LOOKS[name]
    is_dressed = app.property("theme") is not None
    app.setProperty("theme", name)
    if is_dressed:
        app.setStyleSheet("")  # one sheet over another takes Qt three times as long, and holds up every window
    else:
        app.setStyle("Fusion")
        app.setFont(text_font())
    app.setPalette(palette_of(worn))
    app.setStyleSheet(style_sheet(worn))
    return worn


def text_font(px: int = BASE_PX, *, bold: bool = False) -> QFont:
    """Return the map's font at `px` logical pixels with digits of equal width; simplified Chinese has its own forms."""
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(px)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def kept_font(px: int, *, bold: bool = False) -> QFont:
    """Return the font of `text_font` for who paints all day: one for all, nobody changes it."""
    return text_font(px, bold=bold)


def mark(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at (`level`, `kind`, `role`) and show it at once."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def palette_of(worn: Look) -> QPalette:
    """Return the full palette of a look; nothing is left to the desktop's own scheme."""
    palette = QPalette()
    role = QPalette.ColorRole
    for one, colour in (
        (role.Window, worn.panel),
        (role.WindowText, worn.text),
        (role.Base, worn.field),
        (role.AlternateBase, worn.panel),
        (role.Text, worn.text),
        (role.PlaceholderText, worn.faint),
        (role.Button, worn.raised),
        (role.ButtonText, worn.text),
        (role.BrightText, worn.alarm),
        (role.ToolTipBase, worn.raised),
        (role.ToolTipText, worn.text),
        (role.Highlight, worn.selection),
        (role.HighlightedText, worn.selection_text),
        (role.Link, worn.accent),
        (role.LinkVisited, worn.accent),
        (role.Light, worn.strong_line),
        (role.Midlight, worn.line),
        (role.Mid, worn.line),
        (role.Dark, worn.window),
        (role.Shadow, worn.window),
        (role.Accent, worn.accent),
    ):
        palette.setColor(one, QColor(colour))
    for one in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(worn.faint))
    return palette


def style_sheet(worn: Look) -> str:
    """Return the style sheet with the colours of a look written in."""
    colours = {one.name: getattr(worn, one.name) for one in fields(worn) if isinstance(getattr(worn, one.name), str)}
    sheet = (ASSETS / "opsroom.qss").read_text(encoding="utf-8")
    return Template(sheet).substitute(colours, assets=ASSETS.as_posix())
