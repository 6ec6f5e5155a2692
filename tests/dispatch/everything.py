"""The best answer for one incident by trying everything: who is sent for which need, and who fills which beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from dispatch.recommendation import Recommendation
from dispatch.runcard import Need
from dispatch.state import State
from resources.unit import Unit

Worth = tuple[int, ...]


@dataclass(frozen=True)
class Sent:
    """What can be sent as one: a unit, or the units of a task force, with all that they are together."""

    name: str
    units: tuple[Unit, ...]
    capabilities: tuple[str, ...]
    milliseconds: int

    @property
    def uses(self) -> set[str]:
        return {unit.id for unit in self.units} | {f"crew {u.cross_staffed}" for u in self.units if u.cross_staffed}

    @property
    def officers(self) -> int:
        return sum(unit.officers for unit in self.units)

    @property
    def station(self) -> str:
        stations = {unit.station for unit in self.units}
        return stations.pop() if len(stations) == 1 and "" not in stations else f"none of {self.name}"

    def fits(self, need: Need) -> bool:
        carried = {word for unit in self.units for word in unit.equipment}
        return (
            bool(set(need.any_of) & set(self.capabilities))
            and need.department in ("", self.units[0].department)
            and sum(unit.crew for unit in self.units) >= need.min_crew
            and set(need.equipment) <= carried
        )


def senders(state: State, free: dict[str, int]) -> list[Sent]:
    """List everything that can be sent; `free` are the milliseconds of units that may go."""
    found = [Sent(name, (u := state.units[name].unit,), u.capabilities, cost) for name, cost in sorted(free.items())]
    for force in state.roster.task_forces:
        if set(force.units) <= free.keys():
            units = tuple(state.units[name].unit for name in force.units)
            crews = [unit.cross_staffed for unit in units if unit.cross_staffed]
            if len(set(crews)) == len(crews):
                slowest = max(free[name] for name in force.units)
                found.append(Sent(force.id, units, force.capabilities, slowest))
    return found


def best_of_all(needs: list[Need], sent: list[Sent]) -> Worth:
    """Return the best worth that any answer has."""
    return min(_worth(needs, hosts, rides) for hosts in _hosts(needs, sent, 0) for rides in _rides(needs, hosts, 0))


def worth_of(answer: Recommendation, needs: list[Need], sent: list[Sent]) -> Worth:
    """Return the worth of an answer, after seeing that it keeps every rule."""
    by_name, number = {each.name: each for each in sent}, {need.id: row for row, need in enumerate(needs)}
    hosts: dict[int, list[Sent]] = {row: [] for row in range(len(needs))}
    rides: dict[int, list[Sent]] = {row: [] for row in range(len(needs))}
    for name in dict.fromkeys(row.task_force or row.unit_id for row in answer.chosen):
        rows = [row for row in answer.chosen if (row.task_force or row.unit_id) == name]
        assert {row.unit_id for row in rows} == {unit.id for unit in by_name[name].units}
        assert len({(row.need_id, row.also) for row in rows}) == 1
        assert round(max(row.eta.total_s for row in rows) * 1000) == by_name[name].milliseconds
        hosts[number[rows[0].need_id]].append(by_name[name])
        for need_id in rows[0].also:
            rides[number[need_id]].append(by_name[name])
    used = [each for row in hosts.values() for one in row for each in one.uses]
    assert len(used) == len(set(used))
    for row, need in enumerate(needs):
        there = [*hosts[row], *rides[row]]
        assert len(there) <= need.count and len({one.name for one in there}) == len(there)
        assert all(one.fits(need) for one in there)
        assert need.shared or not rides[row]
        for one in rides[row]:
            [host] = [needs[other] for other, sent_for in hosts.items() if one in sent_for]
            assert host.optional <= need.optional
    assert _is_of_one_station(needs, hosts, rides)
    return _worth(needs, hosts, rides)


def _hosts(needs: list[Need], sent: list[Sent], index: int) -> Iterator[dict[int, list[Sent]]]:
    if index == len(sent):
        yield {row: [] for row in range(len(needs))}
        return
    for rest in _hosts(needs, sent, index + 1):
        yield rest
        going = {each for row in rest.values() for one in row for each in one.uses}
        if not going & sent[index].uses:
            for row, need in enumerate(needs):
                if len(rest[row]) < need.count and sent[index].fits(need):
                    yield {**rest, row: [sent[index], *rest[row]]}


def _rides(needs: list[Need], hosts: dict[int, list[Sent]], row: int) -> Iterator[dict[int, list[Sent]]]:
    if row == len(needs):
        yield {}
        return
    need = needs[row]
    beside = [
        one
        for other, going in hosts.items()
        for one in going
        if need.shared and other != row and needs[other].optional <= need.optional and one.fits(need)
    ]
    for rest in _rides(needs, hosts, row + 1):
        for many in range(min(need.count - len(hosts[row]), len(beside)) + 1):
            for riders in combinations(beside, many):
                rides = {**rest, row: list(riders)}
                if row or _is_of_one_station(needs, hosts, rides):
                    yield rides


def _is_of_one_station(needs: list[Need], hosts: dict[int, list[Sent]], rides: dict[int, list[Sent]]) -> bool:
    for word in {need.same_station for need in needs if need.same_station}:
        rows = [row for row, need in enumerate(needs) if need.same_station == word]
        if len({one.station for row in rows for one in (*hosts[row], *rides.get(row, []))}) > 1:
            return False
    return True


def _worth(needs: list[Need], hosts: dict[int, list[Sent]], rides: dict[int, list[Sent]]) -> Worth:
    found: list[int] = []
    for optional in (False, True):
        rows = [row for row, need in enumerate(needs) if need.optional is optional]
        there = {row: [*hosts[row], *rides[row]] for row in rows}
        found.append(sum(needs[row].count - len(there[row]) for row in rows))
        found.append(sum(max(0, needs[row].officers - sum(one.officers for one in there[row])) for row in rows))
        found.append(sum(one.milliseconds for row in rows for one in hosts[row]))
    return tuple(found)
