"""Hand-overs and queues in words: the lines of an incident's story, and the labels, in both languages."""

from __future__ import annotations

import pytest

from app.wording import chinese, english, label, sentence
from dispatch import desk_commands as d
from dispatch import queues
from dispatch.charge import WAYS
from dispatch.commands import Body, Who
from dispatch.desk_access import MAY_DESK
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.situation_log import joint_story
from tests.dispatch.desk_story import ANNA, BELA, TAKER, DeskStory
from tests.dispatch.town import START

TOLD: tuple[tuple[Body, Who, str, str], ...] = (
    (d.HandOverIncident(1, "seat-1", note="caller waits"), TAKER, "Hand-over offered at seat-1: caller waits", "移交"),
    (d.TakeIncident(1), ANNA, "Incident taken (handed over)", "接管警情（移交）"),
    (d.HandOverIncident(1, to_actor="bela"), ANNA, "Hand-over offered to bela", "提出移交给 bela"),
    (d.DeclineHandOver(1, "two fires"), BELA, "Hand-over declined: two fires", "不接收移交：two fires"),
    (
        d.TakeIncident(1, "she is away"),
        BELA,
        "Incident taken (taken over), from anna at seat-1: she is away",
        "接管警情（接管），原负责人 anna，seat-1 席：she is away",
    ),
    (d.HandOverAll("seat-1"), BELA, "Hand-over offered at seat-1", "提出移交（seat-1 席）"),
    (d.GiveUpIncident(1, "by mistake"), BELA, "Incident given up: by mistake", "放弃负责：by mistake"),
)


def test_the_story_of_an_incident_says_whose_it_was() -> None:
    story = DeskStory()
    for body, who, english_words, chinese_words in TOLD:
        events = story.do(body, who=who)
        entry = Entry(story.state.sequence, "x", START, START, who.actor, who.role, "", who.seat, events)
        row = list(joint_story([entry], story.state, 1))[-1]
        parameters = dict(row.parameters)
        assert sentence(f"log.{row.code}", parameters) == english_words
        assert chinese_words in sentence(f"log.{row.code}", parameters, "zh")


def test_refusals_name_who_has_it() -> None:
    story = DeskStory()
    story.do(d.TakeIncident(1), who=ANNA)
    words = _refused(story, d.TakeIncident(1), BELA)
    assert words[0].startswith("anna at seat-1 has incident 1 since ") and "why" in words[0]
    assert "anna" in words[1] and "警情 1" in words[1]
    words = _refused(story, d.HandOverIncident(1, "seat-9"), BELA)
    assert words[0].startswith("Incident 1 is anna's, at seat-1. Only whoever has it")
    words = _refused(story, d.HandOverAll("seat-9", from_seat="seat-1"), BELA)
    assert words[0].startswith("Only whoever has it")


def _refused(story: DeskStory, body: Body, who: Who) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        story.decide(body, who=who)
    refused = caught.value
    return sentence(refused.code, refused.parameters), sentence(refused.code, refused.parameters, "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_label(language: str) -> None:
    table = {"en": english, "zh": chinese}[language]
    assert set(WAYS) == set(table.LABELS["charge_way"])
    whys = {queues.OWN, queues.NOBODYS, queues.AWAY, queues.IN_CHARGE, queues.OFFERED}
    assert whys == set(table.LABELS["queue_why"])
    for kind in set().union(*MAY_DESK.values()):
        assert kind.__name__ in table.LABELS["command"], kind
    assert label("field", "charge", language) != "charge"
