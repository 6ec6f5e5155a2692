"""The statuses of a unit, and which of them mean what."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Say what a unit is doing; agencies' own codes map onto these."""

    AVAILABLE = "available"
    AVAILABLE_BY_RADIO = "available_by_radio"
    ALERTED = "alerted"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    STAGED = "staged"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_DESTINATION = "at_destination"
    OUT_OF_SERVICE = "out_of_service"


class Signal(StrEnum):
    """Name what a crew may call without leaving its status."""

    REQUEST_TO_SPEAK = "request_to_speak"
    DISTRESS = "distress"


TURNING_OUT = frozenset({Status.ALERTED, Status.ACKNOWLEDGED})
FREE = frozenset({Status.AVAILABLE, Status.AVAILABLE_BY_RADIO})
COMMITTED = frozenset(
    {
        Status.ALERTED,
        Status.ACKNOWLEDGED,
        Status.EN_ROUTE,
        Status.STAGED,
        Status.ON_SCENE,
        Status.TRANSPORTING,
        Status.AT_DESTINATION,
    }
)
# Statuses a crew passes in this order on one assignment; skipped ones stay blank.
ORDER_ON_ASSIGNMENT = (
    Status.ALERTED,
    Status.ACKNOWLEDGED,
    Status.EN_ROUTE,
    Status.STAGED,
    Status.ON_SCENE,
    Status.TRANSPORTING,
    Status.AT_DESTINATION,
)
