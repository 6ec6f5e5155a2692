"""Many units' marks as columns: thousands are then made, compared and painted without an object each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from maps.layers import UnitMark

FREE_STATUSES = frozenset({"available", "available_by_radio", "out_of_service"})


@dataclass(frozen=True, eq=False)
class UnitTable(Sequence[UnitMark]):
    """Hold n units in columns; as a sequence it answers `UnitMark` records.

    `departments` and `statuses` are the names that the codes uint8 (n) stand for. xy float64 (n, 2) in the city's
    metric CRS; heading_deg float64 (n), NaN where the unit stands; fix_age_s float64 (n), NaN where no position was
    ever reported; the others are bool (n).
    """

    unit_ids: tuple[str, ...]
    call_signs: tuple[str, ...]
    departments: tuple[str, ...]
    department_codes: NDArray[np.uint8]
    statuses: tuple[str, ...]
    status_codes: NDArray[np.uint8]
    xy: NDArray[np.float64]
    heading_deg: NDArray[np.float64]
    fix_age_s: NDArray[np.float64]
    selected: NDArray[np.bool_]
    distress: NDArray[np.bool_]
    speak: NDArray[np.bool_]
    at_home: NDArray[np.bool_]

    @classmethod
    def of(cls, marks: Iterable[UnitMark]) -> UnitTable:
        """Return the table of some marks, itself where it is one already."""
        if isinstance(marks, UnitTable):
            return marks
        held = tuple(marks)
        departments = tuple(dict.fromkeys(mark.department_kind for mark in held))
        statuses = tuple(dict.fromkeys(mark.status for mark in held))
        of_department = {name: code for code, name in enumerate(departments)}
        of_status = {name: code for code, name in enumerate(statuses)}
        return cls(
            tuple(mark.unit_id for mark in held),
            tuple(mark.call_sign for mark in held),
            departments,
            np.array([of_department[mark.department_kind] for mark in held], np.uint8),
            statuses,
            np.array([of_status[mark.status] for mark in held], np.uint8),
            np.array([(mark.x, mark.y) for mark in held], np.float64).reshape(-1, 2),
            np.array([np.nan if mark.heading_deg is None else mark.heading_deg for mark in held], np.float64),
            np.array([np.nan if mark.fix_age_s is None else mark.fix_age_s for mark in held], np.float64),
            np.array([mark.selected for mark in held], bool),
            np.array([mark.distress for mark in held], bool),
            np.array([mark.speak for mark in held], bool),
            np.array([mark.at_home for mark in held], bool),
        )

    def __len__(self) -> int:
        return len(self.unit_ids)

    @overload
    def __getitem__(self, index: int) -> UnitMark: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[UnitMark]: ...

    def __getitem__(self, index: int | slice) -> UnitMark | Sequence[UnitMark]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        heading, age = float(self.heading_deg[index]), float(self.fix_age_s[index])
        return UnitMark(
            self.unit_ids[index],
            self.call_signs[index],
            self.departments[self.department_codes[index]],
            self.statuses[self.status_codes[index]],
            float(self.xy[index, 0]),
            float(self.xy[index, 1]),
            None if np.isnan(heading) else heading,
            None if np.isnan(age) else age,
            bool(self.selected[index]),
            bool(self.distress[index]),
            bool(self.speak[index]),
            bool(self.at_home[index]),
        )

    def __iter__(self) -> Iterator[UnitMark]:
        return (self[index] for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, tuple):
            other = UnitTable.of(other)
        if not isinstance(other, UnitTable):
            return NotImplemented
        return self is other or (
            self.unit_ids == other.unit_ids
            and self.call_signs == other.call_signs
            and all(
                np.array_equal(getattr(self, name), getattr(other, name))
                for name in ("xy", "selected", "distress", "speak", "at_home")
            )
            and np.array_equal(self.heading_deg, other.heading_deg, equal_nan=True)
            and np.array_equal(self.fix_age_s, other.fix_age_s, equal_nan=True)
            and self._same_names(other, "departments", "department_codes")
            and self._same_names(other, "statuses", "status_codes")
        )

    __hash__ = None  # type: ignore[assignment]

    def _same_names(self, other: UnitTable, names: str, codes: str) -> bool:
        mine, theirs = getattr(self, names), getattr(other, names)
        if mine == theirs:
            return np.array_equal(getattr(self, codes), getattr(other, codes))
        return [mine[code] for code in getattr(self, codes)] == [theirs[code] for code in getattr(other, codes)]

    @cached_property
    def is_free(self) -> NDArray[np.bool_]:
        """Tell which are free or out of service: nothing asks anything of them, bool (n)."""
        free = np.array([name in FREE_STATUSES for name in self.statuses], bool)
        return free[self.status_codes] if len(self) else np.zeros(0, bool)

    @cached_property
    def is_loud(self) -> NDArray[np.bool_]:
        """Tell which must be seen at every scale: selected or in distress, bool (n)."""
        return self.selected | self.distress

    @cached_property
    def is_quiet(self) -> NDArray[np.bool_]:
        """Tell which stand free at home with nothing to say, bool (n)."""
        return self.at_home & ~self.speak & ~self.is_loud


NO_UNITS = UnitTable.of(())
