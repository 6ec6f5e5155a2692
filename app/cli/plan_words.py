"""A plan of many incidents in words: a block an incident, then how all of them came out, then what is left."""

from __future__ import annotations

from collections.abc import Iterator

from app.cli.plan_answer import Answered
from app.cli.recommend import table_of
from app.wording import sentence


def lines_of(answered: Answered) -> Iterator[str]:
    """Word a whole answer, line by line."""
    yield from _incidents(answered)
    yield from _classes(answered)
    yield from _left(answered)
    yield from _explained(answered)


def _incidents(answered: Answered) -> Iterator[str]:
    if not answered.plan.answers:
        yield "Nobody needs to be sent."
    prices = {(each.incident_id, each.unit_id): each.prices for each in answered.plan.priced}
    for answer in answered.plan.answers:
        incident = answered.state.incidents[answer.incident_id or 0]
        guess = ", off the roads: all times are straight-line guesses" if answer.is_estimate else ""
        head = f"{answered.names[incident.id]}: {incident.kind}, priority {incident.priority}"
        yield f"{head}, level {incident.alarm_level}{guess}"
        rows = table_of(answer, answered.optional(incident.id))
        for row, chosen in zip(rows, answer.chosen, strict=False):
            paid = prices.get((incident.id, chosen.unit_id), ())
            told = ", ".join(f"{price.code} {price.seconds:.0f} s" for price in paid)
            yield f"  {row}" + (f" [{told}]" if told else "")
        yield from (f"  {row}" for row in rows[len(answer.chosen) :])


def _classes(answered: Answered) -> Iterator[str]:
    """Say how every class came out, and what serving one after another would have cost."""
    if answered.plan.served:
        yield ""
    for served, greed in zip(answered.plan.served, answered.greed, strict=True):
        wanted = "wanted" if served.optional else "needed"
        best = "the best there is" if served.is_optimal else "served well, not proved best"
        parts = [f"priority {served.priority}, {wanted}: {served.filled} of {served.places} filled"]
        if served.filled:
            parts.append(f"on average after {served.mean_s / 60:.1f} min")
        if served.price_s:
            parts.append(f"prices {served.price_s:.0f} s")
        if served.lacking:
            parts.append(f"{served.lacking} officers missing")
        parts.append(best)
        if greed.unfilled or abs(greed.longer_s) >= 0.05:
            fewer = f"{greed.unfilled} fewer filled, " if greed.unfilled else ""
            parts.append(f"one after another: {fewer}{greed.longer_s:+.1f} s each")
        yield ", ".join(parts)
    if not answered.plan.is_optimal:
        yield f"Time ran out: at most {answered.plan.gap:.1%} longer than the best."


def _left(answered: Answered) -> Iterator[str]:
    """Say what the city is left with, and who should stand elsewhere."""
    if answered.cover.covers:
        yield ""
    for cover in answered.cover.covers:
        mark = "!" if cover.is_short else " "
        yield (
            f"{mark} {cover.department:<18} {cover.target.id:<22} {cover.units:>3} → {cover.units_after:<3} "
            f"{cover.reached:>6.1%} → {cover.reached_after:>6.1%}  "
            f"{sentence(cover.reason.code, cover.reason.parameters)}"
        )
    yield from (f"  {move.unit_id:<8} {sentence(move.reason.code, move.reason.parameters)}" for move in answered.moves)


def _explained(answered: Answered) -> Iterator[str]:
    if answered.explained:
        yield ""
    for each in answered.explained:
        otherwise = "would go if it were the only one" if each.would_go_alone else "would not go"
        what = "goes" if each.is_sent else otherwise
        after = "" if each.eta is None else f", {each.eta.total_s / 60:.1f} min"
        why = sentence(each.reason.code, each.reason.parameters)
        yield f"{each.unit_id} to {answered.names[each.incident_id]}: {what}{after}. {why}"
