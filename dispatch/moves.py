"""Tables of the moves that the desk may make. What a crew reports is a fact and is not bound by them."""

from __future__ import annotations

from dispatch.incident import OrderState
from resources.status import Status

_FREE = frozenset({Status.AVAILABLE, Status.AVAILABLE_BY_RADIO, Status.OUT_OF_SERVICE})

# From the present status of a unit to what the desk may set without a reason. Only assigning makes a unit alerted;
# AVAILABLE and the like end the assignment. Any other status of the assignment is a correction and needs a reason.
DESK_STATUS: dict[Status, frozenset[Status]] = {
    Status.AVAILABLE: _FREE,
    Status.AVAILABLE_BY_RADIO: _FREE,
    Status.OUT_OF_SERVICE: _FREE,
    Status.ALERTED: _FREE
    | {
        Status.ACKNOWLEDGED,
        Status.EN_ROUTE,
        Status.STAGED,
        Status.ON_SCENE,
        Status.TRANSPORTING,
        Status.AT_DESTINATION,
    },
    Status.ACKNOWLEDGED: _FREE
    | {Status.EN_ROUTE, Status.STAGED, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION},
    Status.EN_ROUTE: _FREE | {Status.STAGED, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION},
    Status.STAGED: _FREE | {Status.EN_ROUTE, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION},
    Status.ON_SCENE: _FREE | {Status.TRANSPORTING, Status.AT_DESTINATION},
    Status.TRANSPORTING: _FREE | {Status.AT_DESTINATION},
    Status.AT_DESTINATION: _FREE,
}

# An order moves forward only; later news of an earlier step is no news.
ORDER: dict[OrderState, frozenset[OrderState]] = {
    OrderState.UNSENT: frozenset({OrderState.SENT, OrderState.DELIVERED, OrderState.ACKNOWLEDGED}),
    OrderState.SENT: frozenset({OrderState.DELIVERED, OrderState.ACKNOWLEDGED}),
    OrderState.DELIVERED: frozenset({OrderState.ACKNOWLEDGED}),
    OrderState.ACKNOWLEDGED: frozenset(),
}
