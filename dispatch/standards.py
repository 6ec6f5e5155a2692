"""Standards of urban management: what is filed, how soon it is handled, when it is closed, by whom. Frozen records.

The classes follow the shape of GB/T 30428 and CJJ/T 106: components (部件, what stands in the city) and events (事件,
what happens there), in large classes of two digits and small classes of two more. `standards_file` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.clocks import WORKING, Limit

COMPONENT, EVENT = "component", "event"
GROUPS = (COMPONENT, EVENT)
USUAL, URGENT, LONG = "usual", "urgent", "long"
DEGREES = (USUAL, URGENT, LONG)
# Who answers where nobody has said more: whoever has the cell, the owner that stands in the component's layer, or the
# one department of that kind for the whole city.
BY_CELL, BY_OWNER, BY_CITY = "cell", "owner", "city"
AREA_RULES = (BY_CELL, BY_OWNER, BY_CITY)
_QUARTER, _HALF = Limit(WORKING, 0.25), Limit(WORKING, 0.5)


@dataclass(frozen=True, slots=True)
class Handling:
    """Allow a limit to handle a thing of one degree: `usual`, `urgent` (somebody may be hurt), `long` (a building job).

    `when` says by what the degree is known.
    """

    degree: str
    limit: Limit
    when: str = ""
    when_zh: str = ""


@dataclass(frozen=True, slots=True)
class LargeClass:
    """Name a large class of two digits within its group."""

    group: str
    code: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """Say of one small class what is filed, within what limits it is handled, when it is closed, and by whom.

    `id` is its word in the log; `code` has four digits, the first two its large class. `handling` begins with the
    usual degree. `department_kind` and `area_rule` say who answers. Photographs are the least that a closing carries.
    `make_safe` is the limit to make a danger safe, by a task that waits for nothing; None: it is none. `emergency`
    names the run card that it is an emergency by, at once and unverified; `card` the run card of an ordinary
    incident. `layer` names the layer of a city that its components come from.
    """

    id: str
    group: str
    code: str
    name: str
    file_when: str
    close_when: str
    handling: tuple[Handling, ...]
    department_kind: str
    name_zh: str = ""
    file_when_zh: str = ""
    close_when_zh: str = ""
    area_rule: str = BY_CELL
    photos_before: int = 1
    photos_after: int = 1
    is_fixed_on_the_spot: bool = False
    make_safe: Limit | None = None
    emergency: str = ""
    card: str = ""
    layer: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_dangerous(self) -> bool:
        """Tell whether it is made safe before anything else."""
        return self.make_safe is not None

    @property
    def large(self) -> str:
        """Return the code of its large class."""
        return self.code[:2]

    def limit_of(self, degree: str = USUAL) -> Limit:
        """Return the limit of a degree; the usual one where the class does not tell that degree apart."""
        found = next((each for each in self.handling if each.degree == degree), self.handling[0])
        return found.limit


@dataclass(frozen=True, slots=True)
class StageLimits:
    """Allow what the centre itself may take: to accept, to dispatch, to verify on site and to check on site."""

    accept: Limit = _QUARTER
    dispatch: Limit = _QUARTER
    verify: Limit = _HALF
    check: Limit = _HALF


@dataclass(frozen=True, slots=True)
class Standards:
    """Hold every class as one validated set, in the order of the file."""

    large: tuple[LargeClass, ...] = ()
    small: tuple[Standard, ...] = ()
    stages: StageLimits = StageLimits()

    def of(self, standard_id: str) -> Standard:
        """Return the standard of a word; raise KeyError where there is none."""
        for standard in self.small:
            if standard.id == standard_id:
                return standard
        raise KeyError(standard_id)

    def large_of(self, standard: Standard) -> LargeClass:
        """Return the large class of a standard; raise KeyError where there is none."""
        for large in self.large:
            if large.code == standard.large and large.group == standard.group:
                return large
        raise KeyError(f"{standard.group} {standard.large}")

    def find(self, text: str) -> tuple[Standard, ...]:
        """Return the standards that all words of a text are found in: those whose name begins with it come first."""
        wanted = text.casefold().split()
        ranked = []
        for place, standard in enumerate(self.small):
            names = (standard.id, standard.code, standard.name, standard.name_zh, *standard.words)
            known = [name.casefold() for name in names if name]
            if wanted and all(any(word in name for name in known) for word in wanted):
                is_first = any(name.startswith(" ".join(wanted)) for name in known)
                ranked.append((not is_first, place))
        return tuple(self.small[place] for _, place in sorted(ranked))
