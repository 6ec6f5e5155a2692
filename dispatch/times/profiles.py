"""Target profiles: within how many seconds which share of an interval should lie. Frozen records."""

from __future__ import annotations

from dataclasses import dataclass

EACH, FIRST, LAST = "each", "first", "last"


@dataclass(frozen=True, slots=True)
class TimeTarget:
    """Say how long one interval may take, as `targets.toml` explains.

    `of`: of each response, of the first to arrive at an incident (for call processing: the first to be sent), or of the
    last of those that were sent together first. It counts for units of a kind of `department` with any of
    `capabilities`, for incidents of `priorities`, whose kind or whose card's group holds any word of `kinds` and none
    of `except_kinds`; what is empty asks nothing. `within_s` or `mean_s` may be None.
    """

    id: str
    interval: str
    of: str = EACH
    within_s: float | None = None
    at_least: float = 0.9
    mean_s: float | None = None
    department: str = ""
    capabilities: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    except_kinds: tuple[str, ...] = ()
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class TimeProfile:
    """Hold the targets of a standard, or of a city's own; `source` says where its figures are from."""

    id: str
    targets: tuple[TimeTarget, ...] = ()
    name: str = ""
    name_zh: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TimeProfiles:
    """Hold the profiles there are, in the order of the file."""

    profiles: tuple[TimeProfile, ...] = ()

    def of(self, profile_id: str = "") -> TimeProfile:
        """Return a profile, the first where none is named; `nfpa_1710` is `nfpa1710` too. Raises KeyError."""
        if not profile_id:
            return self.profiles[0]
        for profile in self.profiles:
            if _folded(profile.id) == _folded(profile_id):
                return profile
        raise KeyError(profile_id)


def _folded(profile_id: str) -> str:
    return "".join(sign for sign in profile_id.casefold() if sign.isalnum())
