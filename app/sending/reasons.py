"""Words for why a unit goes: what the floor says of it, and, where asked for, the figures behind it."""

from __future__ import annotations

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.wording import sentence, text
from dispatch.recommendation import Reason

FLOOR = frozenset({"nearest_suitable", "first_of_equals", "quickest_left"})


def floor_words(reason: Reason, desk: Desk) -> str:
    """Say why in the words of the floor; ranks and counts are figures."""
    code = f"floor.{reason.code}" if reason.code in FLOOR else reason.code
    parameters = dict(reason.parameters)
    if reason.code == "nearest_suitable" and round(float(parameters.get("ahead_s", 1.0))) == 0:
        code = "floor.hardly_nearest"  # nobody says: 0:00 later
    if "from_kind" in parameters:
        parameters["from_kind"] = kind_name(desk, str(parameters["from_kind"]))
    return sentence(code, parameters, desk.language, zone=desk.state.time_zone)


def figures_of(reason: Reason, desk: Desk) -> list[str]:
    """Say the figures of a reason: the rank by time, and the next best with its time."""
    facts = dict(reason.parameters)
    if not {"rank", "runner_up"} & facts.keys():
        return []
    return [text("rec.figures", desk.language, **facts)]
