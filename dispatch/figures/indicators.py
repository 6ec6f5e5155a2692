"""Indicators as data: which set of cases is counted of which, and how departments are marked by it. Frozen records."""

from __future__ import annotations

from dataclasses import dataclass

HIGHER, LOWER, NEITHER = "higher", "lower", "neither"
DIRECTIONS = (HIGHER, LOWER, NEITHER)
SECTIONS = ("volume", "centre", "handling", "closing", "public", "danger", "field")


@dataclass(frozen=True, slots=True)
class Indicator:
    """Say what is counted (`counting`, cases in all of these sets) of what.

    Of the cases in every set of `of`, with those of `also`, without those of `less`; `of` empty: it is a plain number.
    `section` is where it stands on a sheet; `better` whether a higher or lower figure is; `by` the groups beside those
    of places by which it may be split. The definition is the sentence that stands next to the figure.
    """

    id: str
    name: str
    name_zh: str
    section: str
    counting: tuple[str, ...]
    definition: str
    definition_zh: str
    of: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    better: str = NEITHER
    by: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Tell whether it is a part of something, not a plain number."""
        return bool(self.of)


@dataclass(frozen=True, slots=True)
class Mark:
    """Give points for an indicator: all of `weight` at `full`, none at `zero`, in a straight line between them."""

    indicator: str
    weight: float
    full: float
    zero: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold the indicators as one city counts them, and the marks of its score sheet."""

    id: str
    name: str
    name_zh: str
    indicators: tuple[Indicator, ...]
    marks: tuple[Mark, ...] = ()

    def of(self, indicator_id: str) -> Indicator:
        """Return an indicator; raise KeyError where there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Hold the profiles of a file, the first of them the usual one."""

    profiles: tuple[Profile, ...]

    def of(self, profile_id: str = "") -> Profile:
        """Return a profile, the usual one for ""; raise KeyError where there is none."""
        for profile in self.profiles:
            if profile_id in ("", profile.id):
                return profile
        raise KeyError(profile_id)
