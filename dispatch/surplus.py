"""Who can be let go: units that nothing on their incident's card asks for any more. A question: it changes nothing."""

from __future__ import annotations

from dispatch.filled import fill
from dispatch.state import State


def surplus(state: State, incident_id: int) -> tuple[str, ...]:
    """Name bound units that were sent for a need that is not asked for now and that fill no other, sorted.

    So it is after an alarm level was lowered or the kind was changed. Who was sent by hand, for no need, is the
    operator's own choice and is never named. Raises KeyError for an incident that does not exist.
    """
    incident = state.incidents[incident_id]
    card = state.cards.get(incident.kind)
    needs = card.needs_at(incident.alarm_level) if card is not None else ()
    return fill(state, needs, incident_id).spare
