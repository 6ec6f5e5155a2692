"""What no unit of the roster can give is found before anybody asks for it."""

from __future__ import annotations

from dispatch.card_gaps import Gap, card_gaps
from dispatch.runcard import Need, RunCard, RunCards
from resources.unit import Roster, TaskForce, Unit
from tests.dispatch.town import ROSTER, RUN_CARDS


def cards(**needs: tuple[Need, ...]) -> RunCards:
    return RunCards(tuple(RunCard(kind, kind, "g", 1, "emergency", each) for kind, each in needs.items()))


def unit(name: str, able: str, **more: object) -> Unit:
    return Unit(name, "fire", tuple(able.split()), 25.0, 60.0, **more)  # type: ignore[arg-type]


def test_a_capability_that_nobody_has_is_told_once_with_all_who_ask() -> None:
    need = Need("boat", ("boat", "ferry"))
    found = card_gaps(cards(flood=(need,), drowning=(need, Need("boat_2", ("boat", "ferry"), level=2))), Roster())
    assert found == (Gap("capability", ("boat", "ferry"), "", (), ("flood", "drowning")),)
    roster = Roster(units=(unit("B1", "boat"),))
    assert card_gaps(cards(flood=(need,)), roster) == ()
    of_police = Need("boat", ("boat",), department="police")
    assert card_gaps(cards(flood=(of_police,)), roster) == (Gap("capability", ("boat",), "police", (), ("flood",)),)


def test_crew_equipment_and_officers_likewise() -> None:
    need = Need("foam", ("engine",), count=2, min_crew=4, equipment=("foam", "cutter"), officers=2)
    roster = Roster(units=(unit("E1", "engine", crew=3, equipment=("foam",), officers=1),))
    assert [(gap.code, gap.wanted) for gap in card_gaps(cards(fire=(need,)), roster)] == [
        ("crew", ("4",)),
        ("equipment", ("cutter",)),
        ("officers", ("2",)),
    ]
    second = unit("E2", "engine", crew=4, equipment=("cutter",), officers=1)
    apart = Roster(units=(*roster.units, second))
    assert [(gap.code, gap.wanted) for gap in card_gaps(cards(fire=(need,)), apart)] == [
        ("equipment", ("foam", "cutter"))  # each is there, but no unit carries both
    ]


def test_a_task_force_gives_its_capability() -> None:
    need = Need("force", ("strike_team",))
    roster = Roster(units=(unit("E1", "engine"),), task_forces=(TaskForce("F1", ("E1",), ("strike_team",)),))
    assert card_gaps(cards(fire=(need,)), roster) == ()


def test_the_town_lacks_nothing() -> None:
    assert [gap.any_of for gap in card_gaps(RUN_CARDS, ROSTER) if gap.code == "capability"] == []
