"""What the loop must survive: hazards 20, 41, 42, 43, 45 where accounts, cases, duties and major incidents are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch.codec import encode
from dispatch.commands import Command, Who
from dispatch.decide import TABLE, decide
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.state import State, fold
from tests.dispatch.account_town import CONSOLE, PEOPLE, SECRET, AccountStory
from tests.dispatch.any_command import EVERY_COMMAND
from tests.dispatch.case_town import CaseStage, case_opening
from tests.dispatch.hostile_story import HostileStory
from tests.dispatch.logs import Place
from tests.dispatch.permissions import LETTERS, PERMISSIONS
from tests.dispatch.town import START, opening

AT_THE_DOOR = frozenset({"not_allowed", "not_signed_in", "role_not_held", "seat_locked", "department_not_held"})


@pytest.fixture(scope="module")
def story() -> HostileStory:
    return HostileStory()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)


@pytest.fixture(scope="module")
def state() -> State:
    story = AccountStory()
    story.report("lamp_out")
    story.walk(CaseStage.HANDLE)
    story.open_accounts()
    return story.state


class TestTheLogOfALoop:
    """Hazards 20 and 43."""

    def test_hostile_words_come_back_from_a_file_as_they_were(self, story: HostileStory, place: Place) -> None:
        log = place.open()
        kept = [log.append(entry) for entry in story.entries]
        assert [_whole(each) for each in kept] == [_whole(each) for each in story.entries]
        assert list(log.read()) == kept
        assert fold(State(), log.read()) == fold(State(), kept) and log.verify().is_intact
        place.close()

    def test_an_entry_of_any_kind_that_is_edited_is_named(self, story: HostileStory, place: Place) -> None:
        log = place.open()
        entries = [log.append(entry) for entry in story.entries]
        place.close()
        kinds = {type(event).__name__: entry for entry in entries for event in entry.events}
        assert len(kinds) > 60
        for entry in {each.sequence: each for each in kinds.values()}.values():
            [(body,)] = place.look(f"SELECT body FROM entries WHERE sequence = {entry.sequence}")
            other = encode(replace(entry, events=(*entry.events, entry.events[-1])))
            place.tamper("UPDATE entries SET body = ? WHERE sequence = ?", (other, entry.sequence))
            found = place.open(read_only=True).verify()
            assert (found.is_intact, found.first_bad) == (False, entry.sequence), kinds
            place.tamper("UPDATE entries SET body = ? WHERE sequence = ?", (body, entry.sequence))
        assert place.open(read_only=True).verify().is_intact
        place.close()


class TestEveryActionByEveryRole:
    """Hazard 41, in a log that knows who is who: at the door, by what is written."""

    @pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
    def test_at_ones_own_seat_and_at_nobodys(self, state: State, kind: type) -> None:
        for letter, role in LETTERS.items():
            if role not in PEOPLE:
                continue
            may = letter in PERMISSIONS[kind.__name__]
            for who in (PEOPLE[role], replace(PEOPLE[role], seat="seat-nowhere")):
                try:
                    decide(state, Command("asked", START, who, EVERY_COMMAND[kind]))
                    code = ""
                except Refused as refused:
                    code = refused.code
                if kind is a.SignIn:
                    assert code in ("sign_in_failed", "role_not_held")
                elif who.seat == "seat-nowhere":
                    assert code == "not_signed_in"
                else:
                    assert (code not in AT_THE_DOOR) == may, (role, code)


class TestGuessing:
    """Hazard 42."""

    def test_fifty_guesses_open_nothing_and_make_one_lock(self) -> None:
        engine = _engine(LogKind.LIVE)
        program = Who("opsroom", "system", "", "seat-1")
        for number in range(50):
            engine.do(Command(f"guess {number}", START, program, a.ReportFailedSignIn("root")))
        locks = [each for entry in engine.log.read() for each in entry.events if type(each).__name__ == "AccountLocked"]
        assert len(locks) == 1 and engine.state.accounts["root"].is_locked(START) and not engine.state.sessions
        root = Who("root", "administrator", "", "seat-1")
        with pytest.raises(Refused, match="account_locked"):
            engine.do(Command("in", START, root, a.SignIn("root", "administrator")))


class TestTrainingIsNotLive:
    """Hazard 45."""

    def test_nobody_trains_on_a_live_log_nor_does_a_demonstration(self) -> None:
        engine = _engine(LogKind.LIVE)
        console = CONSOLE
        engine.do(Command("t", START, console, a.AddAccount("tom", "Tom", ("trainer",), secret_id=SECRET)))
        with pytest.raises(Refused, match="role_not_live"):
            engine.do(Command("in", START, Who("tom", "trainer", "", "s"), a.SignIn("tom", "trainer")))
        with pytest.raises(Refused, match="demo_not_live"):
            demo = a.AddAccount("demo", "Demo", ("operator",), secret_id=SECRET, is_demo=True)
            engine.do(Command("d", START, console, demo))

    def test_what_a_log_is_cannot_be_changed_by_anybody(self) -> None:
        for kind in LogKind:
            engine = _engine(kind)
            for other in LogKind:
                with pytest.raises(Refused, match="log_already_open"):
                    body = c.OpenLog(other, "smalltown", "Europe/Helsinki", "test")
                    engine.do(Command(f"open {other}", START, Who("opsroom", "system", "", "s"), body))
            assert engine.state.kind is kind


def _whole(entry: Entry) -> str:
    """Return an entry without what no database holds: NUL and half characters, which the log mends. 80 is 80.0."""
    return re.sub(r"\\x00|\\ud800|\ufffd|\.0\b", "", repr(entry))


def _engine(kind: LogKind) -> Engine:
    engine = Engine(MemoryLog(), clock=lambda: START)
    for command in (*opening(kind), *case_opening()):
        engine.do(command)
    engine.do(Command("first", START, CONSOLE, a.AddFirstAdministrator("root", "Root", secret_id=SECRET)))
    return engine
