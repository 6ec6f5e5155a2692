"""Larson's hypercube queueing model solved exactly: which servers are busy together, where each demand has its order.

Larson, Computers and Operations Research 1 (1974); Larson and Odoni, Urban Operations Research (1981), chapter 5. A
state is the set of busy servers, as bits. Calls come as Poisson streams, service is exponential with mean 1 whoever
serves; who finds all busy waits in one queue, whose length decays geometrically.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Demand:
    """A stream of calls an hour of service, and the servers in the order in which they are asked."""

    rate: float
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hypercube:
    """The steady state: the chance of each set of busy servers without a queue, float64 (2^n,), and of a queue."""

    servers: int
    demands: tuple[Demand, ...]
    chance: NDArray[np.float64]
    waiting: float

    @property
    def all_busy(self) -> float:
        """Return the chance that a call finds nobody free."""
        return float(self.chance[-1]) + self.waiting

    def workloads(self) -> list[float]:
        """Return the share of time that each server works."""
        return [self.all_of_them_busy([server]) for server in range(self.servers)]

    def all_of_them_busy(self, some: Collection[int]) -> float:
        """Return the chance that every one of some servers is busy."""
        wanted = sum(1 << server for server in some)
        states = np.arange(len(self.chance))
        return float(self.chance[(states & wanted) == wanted].sum()) + self.waiting

    def sent_elsewhere(self) -> float:
        """Return the share of calls that are not served by the first of their order; who waits gets whoever is free."""
        total = sum(demand.rate for demand in self.demands)
        at_once = sum(
            demand.rate * sum(self.sent(demand)[each] for each in demand.order[1:]) for demand in self.demands
        )
        return at_once / total + self.all_busy * (1 - 1 / self.servers)

    def sent(self, demand: Demand) -> list[float]:
        """Return which share of a demand's calls each server takes at once; the rest waits."""
        shares = [0.0] * self.servers
        for state, chance in enumerate(self.chance.tolist()):
            server = first_free(demand.order, state)
            if server is not None:
                shares[server] += chance
        return shares


def first_free(order: Sequence[int], state: int) -> int | None:
    """Return the first server of an order that is not busy."""
    return next((server for server in order if not state >> server & 1), None)


def solve(servers: int, demands: Sequence[Demand]) -> Hypercube:
    """Solve the balance of flows; `servers` may not be offered as much work as they can do."""
    states, offered = 2**servers, sum(demand.rate for demand in demands)
    if not offered < servers:
        raise ValueError("the queue would grow without end")
    flow = np.zeros((states, states))  # from, to
    for state in range(states):
        for demand in demands:
            server = first_free(demand.order, state)
            if server is not None:
                flow[state, state | 1 << server] += demand.rate
        for server in range(servers):
            if state >> server & 1:
                flow[state, state & ~(1 << server)] += 1.0
    balance = flow.T - np.diag(flow.sum(axis=1))
    # One equation follows from the others; in its place all that can be adds up to 1, with the queue above "all busy".
    share = offered / servers
    balance[-1] = 1.0
    balance[-1, -1] = 1.0 / (1.0 - share)
    chance = np.linalg.solve(balance, np.append(np.zeros(states - 1), 1.0))
    return Hypercube(servers, tuple(demands), chance, float(chance[-1]) * share / (1.0 - share))


def correction(servers: int, busy: float, before: int) -> float:
    """Return Larson's Q(N, rho, j): how far j busy servers and then a free one are from being independent (1975)."""
    offered = servers * busy
    empty = 1.0 / (
        sum(offered**k / factorial(k) for k in range(servers)) + offered**servers / (factorial(servers) * (1.0 - busy))
    )
    parts = [
        factorial(servers - before - 1) * (servers - k) / factorial(k - before) * servers**k * busy ** (k - before)
        for k in range(before, servers)
    ]
    return sum(parts) * empty / (factorial(servers) * (1.0 - busy))
