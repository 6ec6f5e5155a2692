"""The units that an answer passes over, thousands of them, as columns: a row is made when somebody asks why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from dispatch.recommendation import Eta, Passed, Reason

T = TypeVar("T")
# The last parameter of a reason where every unit has a number of its own there, and the type of it.
_MEASURES: dict[str, type[int] | type[float]] = {"by_s": float, "age_s": int}
_NO_ETA = (float("nan"),) * 3
_ABSENT = -(2**31)  # in a column of whole numbers, what NaN is among others
_TENTHS, _MILLISECONDS = 10, 1000


@dataclass(frozen=True, slots=True)
class Told:
    """A reason that many units have; `measure` names a last parameter that each has its own of, empty for none."""

    reason: Reason
    measure: str = ""

    @classmethod
    def parts_of(cls, reason: Reason) -> tuple[Told, float]:
        """Take the measure of a reason apart, 0 where it has none."""
        name, value = reason.parameters[-1] if reason.parameters else ("", "")
        if type(value) is not _MEASURES.get(name) or isinstance(value, str):
            return cls(reason), 0.0
        return cls(Reason(reason.code, reason.parameters[:-1]), name), float(value)

    def with_measure(self, value: float) -> Reason:
        """Return the reason of one unit."""
        if not self.measure:
            return self.reason
        number = _MEASURES[self.measure](value)
        return Reason(self.reason.code, (*self.reason.parameters, (self.measure, number)))


@dataclass(frozen=True, slots=True)
class PassedColumns:
    """Hold a table as it is kept: numbers little-endian, as many as there are `unit_ids`, three times that in `eta_s`.

    `department`, `reason` and `need` are uint8, int32 where that is too small; `value` int32 tenths and `eta_s` int32
    milliseconds, float64 units and seconds where whole numbers cannot say it. Older ones are int32 and float64.
    """

    unit_ids: tuple[str, ...]
    departments: tuple[str, ...]
    told: tuple[Told, ...]
    need_ids: tuple[str, ...]
    department: bytes
    reason: bytes
    need: bytes
    value: bytes
    eta_s: bytes


class PassedTable(Sequence[Passed]):
    """Rows of `Passed`, in their order, held as columns; equal to the tuple of the same rows.

    `departments`, `told` and `need_ids` are named once each, in the order in which they first stand there, and int32
    (n,) number them in `department`, `reason` and `need`. `value` float64 (n,) are measures, 0 for none, and `eta_s`
    float64 (n, 3) turnout, driving and access, NaN where no time is known. So equal rows are equal bytes.
    """

    def __init__(
        self,
        unit_ids: Sequence[str],
        *,
        departments: Sequence[str],
        department: NDArray[Any],
        told: Sequence[Told],
        reason: NDArray[Any],
        value: NDArray[np.float64],
        need_ids: Sequence[str],
        need: NDArray[Any],
        eta_s: NDArray[np.float64],
    ) -> None:
        """Take columns. No two departments, reasons or needs are equal; some may stand nowhere."""
        self.unit_ids = tuple(unit_ids)
        self.departments, self.department = _in_turn(departments, department)
        self.told, self.reason = _in_turn(told, reason)
        self.need_ids, self.need = _in_turn(need_ids, need)
        self.value, self.eta_s = value, eta_s
        self._rows: tuple[Passed, ...] | None = None

    @classmethod
    def of(cls, rows: Sequence[Passed]) -> PassedTable:
        """Return the table of rows; of a table, itself."""
        if isinstance(rows, PassedTable):
            return rows
        parts = [Told.parts_of(row.reason) for row in rows]
        departments, department = _numbered([row.department for row in rows])
        told, reason = _numbered([each for each, _ in parts])
        need_ids, need = _numbered([row.need_id for row in rows])
        etas = [_NO_ETA if each is None else (each.turnout_s, each.travel_s, each.access_s) for each in _etas(rows)]
        return cls(
            [row.unit_id for row in rows],
            departments=departments,
            department=department,
            told=told,
            reason=reason,
            value=np.array([value for _, value in parts], dtype=np.float64),
            need_ids=need_ids,
            need=need,
            eta_s=np.array(etas, dtype=np.float64).reshape(-1, 3),
        )

    @classmethod
    def read(cls, columns: PassedColumns) -> PassedTable:
        """Return the table that is kept as `columns`. Raises ValueError for columns that do not fit together."""
        count = len(columns.unit_ids)
        tables = []
        for names, content in (
            (columns.departments, columns.department),
            (columns.told, columns.reason),
            (columns.need_ids, columns.need),
        ):
            numbers = _as_many(content, count, "u1", "<i4")
            if count and not 0 <= numbers.min() <= numbers.max() < len(names):
                raise ValueError("a column of units passed over names what is not there")
            tables.append(numbers)
        if any(each.measure not in ("", *_MEASURES) for each in columns.told):
            raise ValueError("a column of units passed over measures what is not known")
        value = _parts(_as_many(columns.value, count, "<i4", "<f8"), _TENTHS)
        eta_s = _parts(_as_many(columns.eta_s, 3 * count, "<i4", "<f8"), _MILLISECONDS)
        return cls(
            columns.unit_ids,
            departments=columns.departments,
            department=tables[0],
            told=columns.told,
            reason=tables[1],
            value=value,
            need_ids=columns.need_ids,
            need=tables[2],
            eta_s=eta_s.reshape(-1, 3),
        )

    def columns(self) -> PassedColumns:
        """Return what is kept of the table."""
        return PassedColumns(
            self.unit_ids,
            self.departments,
            self.told,
            self.need_ids,
            _small(self.department, len(self.departments)),
            _small(self.reason, len(self.told)),
            _small(self.need, len(self.need_ids)),
            _whole(self.value, _TENTHS),
            _whole(self.eta_s.ravel(), _MILLISECONDS),
        )

    def find(self, unit_id: str) -> Passed | None:
        """Return the row of a unit, None where it is not passed over."""
        return self[self.unit_ids.index(unit_id)] if unit_id in self.unit_ids else None

    def __len__(self) -> int:
        return len(self.unit_ids)

    @overload
    def __getitem__(self, at: int) -> Passed: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Passed, ...]: ...
    def __getitem__(self, at: int | slice) -> Passed | tuple[Passed, ...]:
        if isinstance(at, slice) or self._rows is not None:
            return self._all()[at]
        eta = Eta(*self.eta_s[at].tolist())
        return Passed(
            self.unit_ids[at],
            self.departments[self.department[at]],
            self.told[self.reason[at]].with_measure(float(self.value[at])),
            None if eta.turnout_s != eta.turnout_s else eta,
            self.need_ids[self.need[at]],
        )

    def __iter__(self) -> Iterator[Passed]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PassedTable):
            return self.columns() == other.columns()
        return self._all() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"PassedTable{self._all()!r}"

    def __reduce__(self) -> tuple[Any, ...]:
        return PassedTable.read, (self.columns(),)

    def _all(self) -> tuple[Passed, ...]:
        """Return all rows; they are kept, since who asks for all asks again."""
        if self._rows is None:
            departments = [self.departments[number] for number in self.department.tolist()]
            needs = [self.need_ids[number] for number in self.need.tolist()]
            told = [self.told[number] for number in self.reason.tolist()]
            reasons = [each.with_measure(value) for each, value in zip(told, self.value.tolist(), strict=True)]
            etas = [None if each[0] != each[0] else Eta(*each) for each in self.eta_s.tolist()]
            self._rows = tuple(map(Passed, self.unit_ids, departments, reasons, etas, needs))
        return self._rows


def _small(numbers: NDArray[np.int32], names: int) -> bytes:
    return numbers.astype("u1" if names <= 256 else "<i4").tobytes()


def _whole(values: NDArray[np.float64], parts: int) -> bytes:
    """Write numbers as int32, so many to one, where reading them gives the same numbers again; else as float64."""
    with np.errstate(invalid="ignore"):
        whole = np.rint(values * parts)
        whole[np.isnan(whole)] = _ABSENT
        numbers = whole.astype("<i4")
    is_same = np.array_equal(_parts(numbers, parts), values, equal_nan=True)
    return numbers.tobytes() if is_same else values.astype("<f8").tobytes()


def _parts(numbers: NDArray[Any], parts: int) -> NDArray[np.float64]:
    """Read what `_whole` wrote."""
    if numbers.dtype.kind == "f":
        return numbers
    values: NDArray[np.float64] = numbers / parts
    values[numbers == _ABSENT] = np.nan
    return values


def _as_many(content: bytes, count: int, *types: str) -> NDArray[Any]:
    """Read a column of one of these types: so many numbers have the length of one of them at most."""
    for name in types:
        if len(content) == count * np.dtype(name).itemsize:
            return np.frombuffer(content, dtype=name)
    raise ValueError("a column of units passed over has not as many numbers as there are units")


def _etas(rows: Sequence[Passed]) -> list[Eta | None]:
    return [row.eta for row in rows]


def _numbered(values: Sequence[T]) -> tuple[tuple[T, ...], NDArray[np.int32]]:
    """Number values in the order in which they first stand there."""
    names: dict[T, int] = {}
    numbers = np.array([names.setdefault(value, len(names)) for value in values], dtype=np.int32)
    return tuple(names), numbers


def _in_turn(names: Sequence[T], numbers: NDArray[Any]) -> tuple[tuple[T, ...], NDArray[np.int32]]:
    """Keep the names that stand somewhere, in the order in which they first do."""
    first = np.full(len(names), -1, dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # of several rows with one number the first is put last
    used = np.flatnonzero(first >= 0)
    order = used[np.argsort(first[used])]
    place = np.zeros(len(names), dtype=np.int32)
    place[order] = np.arange(len(order))
    return tuple(names[number] for number in order.tolist()), place[numbers]
