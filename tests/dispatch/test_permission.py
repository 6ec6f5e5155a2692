"""A permission that was refused is an entry, once, and never looks like an answer."""

from __future__ import annotations

import pytest

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch.account_events import PermissionRefused
from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log import NotSaved, SequenceTaken
from dispatch.log_memory import MemoryLog
from dispatch.permission import PERMISSION_CODES, REFUSED_ID, refusal_id
from dispatch.refused import Refused
from resources.status import Signal
from tests.dispatch.account_refusals import FIRE
from tests.dispatch.account_town import CONSOLE, ROOT, SECRET
from tests.dispatch.loop_watch import FOR_WHO_ASKS
from tests.dispatch.town import OPERATOR, START, at, opening


class TroubledLog(MemoryLog):
    """Fail as told."""

    fails = 0
    taken = 0

    def append(self, entry: Entry) -> Entry:
        if self.fails:
            self.fails -= 1
            raise NotSaved("disk_full", "no space left")
        if self.taken:
            self.taken -= 1
            raise SequenceTaken(entry.sequence)
        return super().append(entry)


@pytest.fixture
def engine() -> Engine:
    engine = Engine(TroubledLog(), clock=lambda: at(1))
    for one in opening():
        engine.do(one)
    engine.do(Command("first", START, CONSOLE, a.AddFirstAdministrator("root", "Root", secret_id=SECRET)))
    return engine


def ask(engine: Engine, body: c.Body = FIRE, who: c.Who = OPERATOR, id: str = "asked") -> Refused:
    with pytest.raises(Refused) as caught:
        engine.do(Command(id, START, who, body))
    return caught.value


def test_it_is_an_entry_that_says_who_and_what(engine: Engine) -> None:
    told: list[Entry] = []
    engine.subscribe(lambda entry, state: told.append(entry))
    refused = ask(engine)
    assert refused.code == "not_signed_in"
    [entry] = told
    assert entry == list(engine.log.read())[-1]
    assert (entry.actor, entry.role, entry.seat, entry.occurred_at) == ("anna", "operator", "seat-1", START)
    assert entry.events == (
        PermissionRefused("ReportIncident", "not_signed_in", "operator", (("actor", "anna"), ("seat", "seat-1"))),
    )
    assert engine.log.entry_of("asked") is None and "asked" not in engine.state.answered


def test_a_retry_is_refused_again_and_written_once(engine: Engine) -> None:
    ask(engine)
    head = engine.log.head
    assert ask(engine).code == "not_signed_in" and engine.log.head == head
    assert ask(engine, id="another").code == "not_signed_in" and engine.log.head == head + 1


def test_what_was_refused_stays_refused_when_it_would_be_allowed_now(engine: Engine) -> None:
    root = ROOT
    ask(engine, c.Tick(), root)
    engine.do(Command("in", START, root, a.SignIn("root", "administrator")))
    refused = ask(engine, FIRE, root)
    assert (refused.code, refused.parameters["actor"]) == ("not_signed_in", "root")
    assert not engine.state.incidents
    assert engine.do(Command("asked anew", START, root, FIRE)) is not None


def test_a_second_engine_refuses_the_retry_too(engine: Engine) -> None:
    ask(engine)
    again = Engine(engine.log, clock=lambda: at(1))
    again.do(Command("in", START, ROOT, a.SignIn("root", "administrator")))
    assert ask(again, FIRE, ROOT).code == "not_signed_in"


def test_a_retry_asks_nothing_more_of_the_store(engine: Engine) -> None:
    ask(engine)
    said: list[bool] = []
    engine.subscribe_saved(said.append)
    engine.log.fails = 1  # type: ignore[attr-defined]
    assert ask(engine).code == "not_signed_in"
    assert engine.log.fails == 1 and not said  # type: ignore[attr-defined]


def test_a_rules_refusal_leaves_no_trace(engine: Engine) -> None:
    engine.do(Command("in", START, ROOT, a.SignIn("root", "administrator")))
    head = engine.log.head
    assert ask(engine, c.AddNote(7, "x"), ROOT).code == "incident_unknown"
    assert ask(engine, a.DisableAccount("root", "x"), ROOT).code == "last_administrator"
    assert engine.log.head == head


def test_before_there_are_accounts_none_is_kept() -> None:
    engine = Engine(MemoryLog(), clock=lambda: at(1))
    for one in opening():
        engine.do(one)
    assert ask(engine, FIRE, c.Who("x", "observer")).code == "not_allowed"
    assert engine.log.head == 3


def test_distress_is_never_refused_not_even_under_an_id_that_was(engine: Engine) -> None:
    speak, distress = (c.RaiseSignal("E1", signal) for signal in (Signal.REQUEST_TO_SPEAK, Signal.DISTRESS))
    ask(engine, speak)
    assert engine.do(Command("asked", START, OPERATOR, distress)) is not None
    assert engine.state.units["E1"].distress_at == START


def test_where_the_store_fails_it_is_refused_all_the_same(engine: Engine) -> None:
    said: list[bool] = []
    engine.subscribe_saved(said.append)
    engine.log.fails = 1  # type: ignore[attr-defined]
    head = engine.log.head
    assert ask(engine).code == "not_signed_in"
    assert engine.log.head == head and said == [False] and engine.trouble
    assert ask(engine).code == "not_signed_in" and engine.log.head == head + 1 and said == [False, True]


def test_where_another_seat_was_quicker_it_is_written_behind(engine: Engine) -> None:
    engine.log.taken = 3  # type: ignore[attr-defined]
    head = engine.log.head
    assert ask(engine).code == "not_signed_in" and engine.log.head == head + 1


def test_whatever_a_stranger_writes_the_entry_stays_small_and_the_answer_no(engine: Engine) -> None:
    for number, text in enumerate(("x" * 1_000_000, "\ud800", "a\0b", "line\nbreak\x1b[31m", "")):
        who = c.Who(text, text, text, text)
        assert ask(engine, FIRE, who, f"stranger {number}").code == "not_signed_in"
    assert max(len(row.body) for row in list(engine.log.rows())[4:]) < 3_000


def test_nobody_takes_an_id_under_which_a_refusal_is_kept(engine: Engine) -> None:
    engine.do(Command("in", START, ROOT, a.SignIn("root", "administrator")))
    assert refusal_id("x").startswith(REFUSED_ID)
    assert ask(engine, FIRE, ROOT, refusal_id("asked")).code == "command_id_wrong"
    assert ask(engine, FIRE, OPERATOR, "x" * 5_000).code == "not_signed_in"


def test_every_refusal_that_hangs_on_who_asks_is_one() -> None:
    assert PERMISSION_CODES == FOR_WHO_ASKS
