"""Which weathers a city's speeds know, for whoever reports one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.wording import label, one_line
from gis.speeds import SHIPPED, read_speeds

if TYPE_CHECKING:
    from gis.city import City


def weathers_of(city: City | None) -> tuple[str, ...]:
    """Name the weathers of a city's speeds, of the shipped ones where it has none that can be read."""
    folder = getattr(city, "folder", None)
    own = folder / "speeds.toml" if folder is not None else None
    if own is not None and own.is_file():
        try:
            return read_speeds(own).weathers
        except (OSError, ValueError):
            pass  # the planner says what is wrong with the file
    return _shipped()


def weather_named(words: str, city: City | None) -> str | None:
    """Find the weather that words mean, by its code or its name in either language; None where there is none."""
    spoken = words.casefold().strip()
    known = weathers_of(city)
    names = {label("weather", one, language).casefold(): one for one in known for language in ("en", "zh")}
    names |= {one.casefold(): one for one in known}
    if spoken in names:
        return names[spoken]
    begun = {one for name, one in names.items() if spoken and name.startswith(spoken)}
    return begun.pop() if len(begun) == 1 else None


def weather_words(code: str, language: str) -> str:
    """Name a weather; one without a name by its code."""
    return one_line(label("weather", code, language), 24).capitalize()


@lru_cache(maxsize=1)
def _shipped() -> tuple[str, ...]:
    return read_speeds(SHIPPED).weathers
