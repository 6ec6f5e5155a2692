"""The counts of the strip: what must not be missed."""

from __future__ import annotations

from app.parts.tally import tally
from dispatch.commands import RaiseSignal
from resources.status import Signal
from tests.dispatch.story import Story
from tests.dispatch.town import at, crew


def test_distress_counts_the_longest_first_also_of_radios_on_no_roster() -> None:
    story = Story()
    for seconds, caller in ((30, "E1"), (10, "radio 4711"), (20, "A1")):
        story.do(RaiseSignal(caller, Signal.DISTRESS), who=crew(caller), at=at(seconds))
    assert tally(story.state, at(60)).distress == ("radio 4711", "A1", "E1")
