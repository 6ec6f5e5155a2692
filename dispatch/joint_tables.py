"""The times and the costs of every candidate for every need of a joint plan, table by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Candidate
from dispatch.incident import Incident
from dispatch.matching import IMPOSSIBLE, LONGEST_MS
from dispatch.penalties import PriceList
from dispatch.runcard import Need
from dispatch.travels import Travels

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One open need of one incident; `kind` numbers needs that ask for the same."""

    incident: Incident
    need: Need
    kind: int


class Tables:
    """Work out times and costs; what needs and units share is worked out once.

    `rows_of` are the crews of each candidate, `fits` bool (kinds, candidates).
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        crews: Sequence[Candidate],
        rows_of: Sequence[Sequence[int]],
        fits: Bools,
        prices: PriceList,
    ) -> None:
        self._candidates, self._fits, self._prices = candidates, fits, prices
        self._turnout_ms = np.rint(np.array([each.turnout_s for each in crews], dtype=np.float64) * 1000)
        self._alone = np.array([rows[0] for rows in rows_of], dtype=np.int64)
        self._is_crew = len(crews) == len(rows_of) and bool((self._alone == np.arange(len(crews))).all())
        self._forces = [(column, list(rows)) for column, rows in enumerate(rows_of) if len(rows) > 1]
        self._departments = sorted({each.unit.unit.department for each in candidates})
        numbers = {name: number for number, name in enumerate(self._departments)}
        self._department = np.array([numbers[each.unit.unit.department] for each in candidates], dtype=np.int64)
        tired = [sum(price.seconds for price in prices.of_crew(each.unit.unit.id)) for each in crews]
        self._crew_ms = _ms([sum(tired[row] for row in rows) for rows in rows_of])
        self._orders: dict[tuple[tuple[str, tuple[str, ...]], ...], Ints] = {}
        self._help: dict[str, tuple[Bools, Ints]] = {}
        self._able: dict[tuple[int, str], Bools] = {}

    def times_ms(self, travels: Sequence[Travels]) -> Ints:
        """Give the time of every candidate to every place, int64 (places, candidates), IMPOSSIBLE without a way."""
        found = np.full((len(travels), len(self._candidates)), IMPOSSIBLE, dtype=np.int64)
        for row, each in enumerate(travels):
            total_ms = self._turnout_ms + np.rint(each.travel_s * 1000)
            total_ms += np.rint(each.access_s * 1000)
            whole_ms = total_ms if self._is_crew else total_ms[self._alone]
            for column, rows in self._forces:
                whole_ms[column] = total_ms[rows].max()
            is_there = np.isfinite(whole_ms)
            if is_there.all():
                found[row] = np.minimum(whole_ms, LONGEST_MS)
            else:
                found[row, is_there] = np.minimum(whole_ms[is_there], LONGEST_MS)
        return found

    def fill(self, wanted: Sequence[Wanted], times_ms: Ints, place_of: Mapping[int, int]) -> tuple[Ints, Ints]:
        """Give the times and the costs by need, int64 (needs, candidates): one array where nothing has a price.

        `place_of` is the row of each incident in `times_ms`.
        """
        etas_ms = np.full((len(wanted), len(self._candidates)), IMPOSSIBLE, dtype=np.int64)
        for row, each in enumerate(wanted):
            np.copyto(etas_ms[row], times_ms[place_of[each.incident.id]], where=self._able_for(each))
        priced = {row: price_ms for row, each in enumerate(wanted) if (price_ms := self._price_ms(each)) is not None}
        if not priced:
            return etas_ms, etas_ms
        costs_ms = etas_ms.copy()
        for row, price_ms in priced.items():
            np.minimum(etas_ms[row] + price_ms, LONGEST_MS, out=costs_ms[row], where=etas_ms[row] != IMPOSSIBLE)
        return etas_ms, costs_ms

    def _able_for(self, wanted: Wanted) -> Bools:
        asked = wanted.kind, wanted.need.department
        if asked not in self._able:
            self._able[asked] = self._fits[wanted.kind] & self._help_of(wanted.need)[0][self._department]
        return self._able[asked]

    def _price_ms(self, wanted: Wanted) -> Ints | None:
        """Give what every candidate costs beside its time at a need; None where nobody costs anything."""
        if self._prices.is_free(wanted.incident):
            return None
        price_ms = self._help_of(wanted.need)[1][self._department] + self._crew_ms
        if self._prices.has_order(wanted.incident):
            price_ms += self._stations_ms(wanted.incident)
        return price_ms if price_ms.any() else None

    def _help_of(self, need: Need) -> tuple[Bools, Ints]:
        if need.department not in self._help:
            may = np.array([self._prices.may_help(need, name) for name in self._departments], dtype=bool)
            paid = [sum(price.seconds for price in self._prices.of_help(need, name)) for name in self._departments]
            self._help[need.department] = may, _ms(paid)
        return self._help[need.department]

    def _stations_ms(self, incident: Incident) -> Ints:
        orders = self._prices.orders_of(incident)
        if orders not in self._orders:
            units = [each.unit.unit for each in self._candidates]
            paid = [sum(price.seconds for price in self._prices.of_station(incident, unit)) for unit in units]
            self._orders[orders] = _ms(paid)
        return self._orders[orders]


def _ms(seconds: Sequence[float]) -> Ints:
    milliseconds: Ints = np.rint(np.array(seconds, dtype=np.float64) * 1000).astype(np.int64)
    return milliseconds
