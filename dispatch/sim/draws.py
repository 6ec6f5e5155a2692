"""Random numbers that policies share: one for each purpose, incident and unit of it, whoever asks, whenever."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

_INCIDENTS, _SLOTS = 512, 8
_KEPT = 64


class Purpose(IntEnum):
    """Say what a number decides. Each purpose has a stream of its own: a new one changes none of the others."""

    DEMAND = 0
    CALL = 1
    DISPATCH = 2
    ACKNOWLEDGE = 3
    TURNOUT = 4
    TRAVEL = 5
    SCENE = 6
    IS_TRANSPORT = 7
    TRANSPORT = 8
    HANDOVER = 9
    IS_CANCELLED = 10
    CANCELLED = 11
    HOME = 12
    LATER = 13
    WAY = 14
    IS_CALLED_OFF = 15
    ALARM = 16
    IS_EXCHANGED = 17


class Draws:
    """Give numbers from 0 to 1 by seed, replication and what they are for.

    Streams are NumPy's PCG64, spawned by `SeedSequence` from (replication, purpose, block): what one policy draws never
    shifts what another one draws (common random numbers).
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        self._seed, self._replication = seed, replication
        self._blocks: dict[tuple[int, int, int], list[list[float]]] = {}

    def number(self, purpose: Purpose, incident: int, slot: int = 0) -> float:
        """Return the number of an incident (from 0) and one of its units (from 0)."""
        key = (purpose, incident // _INCIDENTS, slot // _SLOTS)
        block = self._blocks.get(key)
        if block is None:
            block = self._made(key)
        return block[incident % _INCIDENTS][slot % _SLOTS]

    def generator(self, purpose: Purpose) -> np.random.Generator:
        """Return a stream for a purpose that is drawn before the run begins."""
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=(self._replication, purpose)))
        )

    def _made(self, key: tuple[int, int, int]) -> list[list[float]]:
        spawned = np.random.SeedSequence(self._seed, spawn_key=(self._replication, *key))
        block: list[list[float]] = np.random.Generator(np.random.PCG64(spawned)).random((_INCIDENTS, _SLOTS)).tolist()
        while len(self._blocks) >= _KEPT:  # made again where somebody has waited so long
            del self._blocks[next(iter(self._blocks))]
        self._blocks[key] = block
        return block
