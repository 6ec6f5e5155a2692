"""Turn answers into what is kept of them, and read them back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.passed import PassedTable
from dispatch.plan import Plan, Priced, Served
from dispatch.recommendation import Passed, Recommendation
from dispatch.seal import Inputs, content_of, name_of, read_content, seal
from dispatch.shown import PLAN, RECOMMENDATION, NotAsShown, Showing, Shown, keep, open_shown


@dataclass(frozen=True, slots=True)
class _PlanContent:
    """Say what a plan says, with answers that have no inputs of their own."""

    sequence: int
    at: datetime
    answers: tuple[msgspec.Raw, ...]
    served: tuple[Served, ...]
    priced: tuple[Priced, ...]
    is_optimal: bool
    gap: float


@dataclass(frozen=True, slots=True)
class Read:
    """Hold a kept answer opened: the recommendation or the plan that it is, and its content as plain JSON has it."""

    answer: Recommendation | Plan
    content: dict[str, Any]


def seal_plan(plan: Plan, inputs: Inputs) -> Plan:
    """Name a plan by what it says and `inputs`, and let each of its answers name the plan among its own inputs.

    A sending names its answer in the log, and the answer the plan that it is of: so the chain proves the plan too.
    """
    name = name_of(_content_of_plan(plan), inputs)
    answers = tuple(seal(answer, (*inputs, ("plan", name))) for answer in plan.answers)
    return replace(plan, answers=answers, inputs=inputs, hash=name)


def showing(answer: Recommendation | Plan) -> Showing:
    """Say that an answer is shown. Raises ValueError for one without a name, as what was only imagined."""
    if isinstance(answer, Plan):
        whole = keep(PLAN, answer.hash, answer.inputs, _content_of_plan(answer))
        return Showing("plan", likeness(answer), whole, tuple(_shown(each) for each in answer.answers))
    about = f"incident {answer.incident_id}" if answer.incident_id else f"call {answer.kind}"
    return Showing(about, likeness(answer), _shown(answer))


def read_shown(shown: Shown) -> Read:
    """Open a kept answer. Raises NotAsShown unless its hash proves it, and where this program cannot read it."""
    inputs, content = open_shown(shown)
    try:
        plain = msgspec.json.decode(content)
        answer = _plan_of(content) if shown.kind == PLAN else read_content(content)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotAsShown(f"the answer {shown.hash[:12]} cannot be read by this program: {error}") from error
    pairs = (
        [(plain, answer)] if isinstance(answer, Recommendation) else zip(plain["answers"], answer.answers, strict=True)
    )
    for said, one in pairs:
        said.pop("passed_columns", None)
        said["passed"] = msgspec.to_builtins(tuple(one.passed))
    return Read(replace(answer, inputs=inputs, hash=shown.hash), plain)


def likeness(answer: Recommendation | Plan) -> bytes:
    """Name what an operator sees of an answer, whenever it is asked for again: not its instant, nor ages.

    Of units passed over only which and why counts: their times move with every position that comes in.
    """
    answers = answer.answers if isinstance(answer, Plan) else (answer,)
    seen = [
        (
            each.incident_id,
            each.kind,
            each.alarm_level,
            each.is_estimate,
            [replace(chosen, fix_age_s=None) for chosen in each.chosen],
            _whom_and_why(each.passed),
            each.unmet,
        )
        for each in answers
    ]
    return hashlib.sha256(msgspec.json.encode(seen)).digest()


def _whom_and_why(passed: Sequence[Passed]) -> tuple[tuple[str, ...], list[str]]:
    table = PassedTable.of(passed)
    codes = [each.reason.code for each in table.told]
    return table.unit_ids, [codes[number] for number in table.reason.tolist()]


def _shown(answer: Recommendation) -> Shown:
    return keep(RECOMMENDATION, answer.hash, answer.inputs, content_of(answer))


def _content_of_plan(plan: Plan) -> bytes:
    content = _PlanContent(
        plan.sequence,
        plan.at.astimezone(UTC),
        tuple(msgspec.Raw(content_of(answer)) for answer in plan.answers),
        plan.served,
        plan.priced,
        plan.is_optimal,
        plan.gap,
    )
    return msgspec.json.encode(content)


def _plan_of(content: bytes) -> Plan:
    found = msgspec.json.decode(content, type=_PlanContent)
    answers = tuple(read_content(answer) for answer in found.answers)
    return Plan(
        found.sequence,
        found.at,
        answers,
        found.served,
        found.priced,
        is_optimal=found.is_optimal,
        gap=found.gap,
    )
