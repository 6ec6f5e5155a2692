"""What the log says is erased is gone, also after a crash between the entry and the erasing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch import case_commands as k
from dispatch.case import AFTER, Evidence
from dispatch.engine import Engine
from dispatch.erasure import erase_photographs, photographs_erased
from dispatch.evidence_store import EvidenceStore
from dispatch.log import Log, NotSaved, open_log
from dispatch.log_memory import MemoryLog
from tests.dispatch.case_town import ACCEPTOR, COLLECTOR, PLACE, CaseStory, case_opening, photo
from tests.dispatch.town import ADMINISTRATOR, SUPERVISOR, command, opening

ASKED = k.ErasePerson("p1", "asked for in writing")


def _engine(log: Log) -> Engine:
    engine = Engine(log)
    for each in (*opening(), *case_opening()):
        engine.do(each)
    engine.do(command(k.ReportCase("hotline", "rubbish", PLACE, person_id="p1"), who=ACCEPTOR))
    log.save_person("p1", "Aino", "+358 40 1")
    return engine


def test_a_person_is_erased_and_the_log_says_who_had_it_done_and_why() -> None:
    log = MemoryLog()
    engine = _engine(log)
    entry = engine.do(command(ASKED, who=SUPERVISOR))
    assert log.person("p1") is None and entry is not None
    kept = engine.state.erased_people["p1"]
    assert (kept.actor, kept.reason) == ("carla", "asked for in writing")
    assert engine.state.cases[1].person_id == "p1"
    assert engine.do(command(ASKED, who=SUPERVISOR)) is None


def test_a_crash_between_the_entry_and_the_erasing_is_made_good_at_the_next_start() -> None:
    log = MemoryLog()
    engine = _engine(log)
    log.erase_person = lambda person_id: (_ for _ in ()).throw(NotSaved("io_error", "pulled"))  # type: ignore[method-assign]
    assert engine.do(command(ASKED, who=SUPERVISOR)) is not None  # the order stands, and says so
    del log.erase_person
    assert log.person("p1") is not None
    Engine(log)
    assert log.person("p1") is None


def test_a_log_on_disk_is_erased_at_its_next_opening_even_from_a_checkpoint(tmp_path: Path) -> None:
    with_key = {"key_folder": tmp_path / "keys"}
    log = open_log(str(tmp_path / "a.db"), **with_key)
    engine = _engine(log)
    engine.do(command(ASKED, who=SUPERVISOR))
    engine.log.save_checkpoint(engine.state, "test")
    log.save_person("p1", "Aino", "again, by a backup that was put back")
    log.close()
    log = open_log(str(tmp_path / "a.db"), **with_key)
    Engine(log)
    assert log.person("p1") is None
    log.close()


def test_a_photograph_goes_and_its_name_and_the_reason_stay(tmp_path: Path) -> None:
    story, store = CaseStory(), EvidenceStore(tmp_path)
    shown = photo()
    story.report(evidence=(shown,))
    place = tmp_path / shown.id[:2] / shown.id
    place.parent.mkdir()
    for path in (place, place.with_name(f"{shown.id}.abc.spoilt"), place.with_name(f"{shown.id[:12]}.abc.part")):
        path.write_bytes(b"x")
    last = "0" if shown.id.endswith("f") else "f"
    (other := place.with_name(shown.id[:-1] + last)).write_bytes(b"y")
    [event] = story.do(k.ErasePhotograph(shown.id, "a child's face"), who=ADMINISTRATOR)
    assert event.case_ids == (1,)  # type: ignore[union-attr]
    assert erase_photographs(story.state, store.erase) == 1
    assert list(place.parent.iterdir()) == [other]
    assert erase_photographs(story.state, store.erase) == 0
    assert story.state.erased_photographs[shown.id].reason == "a child's face"
    assert story.case().evidence[0].evidence == shown
    assert story.do(k.ErasePhotograph(shown.id, "again"), who=ADMINISTRATOR) == ()


def test_an_entry_names_the_photographs_whose_bytes_are_to_go() -> None:
    log = MemoryLog()
    engine = _engine(log)
    entry = engine.do(command(k.ErasePhotograph("a" * 64, "x"), who=ADMINISTRATOR))
    assert entry is not None and photographs_erased(entry) == ("a" * 64,)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (k.ErasePerson("p1", " "), "text_missing"),
        (k.ErasePerson("", "x"), "text_missing"),
        (k.ErasePhotograph("no hash", "x"), "evidence_unnamed"),
        (k.ErasePhotograph("a" * 64, ""), "text_missing"),
    ],
)
def test_nothing_is_erased_without_a_reason_or_a_name(body: k.CaseBody, code: str) -> None:
    assert CaseStory().refuses(body, who=SUPERVISOR).code == code


def test_only_the_supervisor_and_the_administrator_may() -> None:
    for who in (ACCEPTOR, COLLECTOR):
        assert CaseStory().refuses(ASKED, who=who).code == "not_allowed"


def test_one_photograph_on_two_cases_is_kept_on_both_and_known() -> None:
    story = CaseStory()
    shown = Evidence("a" * 64, "before", near=False, distance_m=480.0)
    story.report(evidence=(shown,))
    story.report()
    story.do(k.AddEvidence(2, (shown,)), who=ACCEPTOR)
    assert story.state.cases_of_evidence[shown.id] == (1, 2)
    assert story.case(1).evidence[0].evidence.distance_m == 480.0
    story.refuses(k.AddEvidence(2, (shown,)), who=ACCEPTOR)


def test_evidence_of_older_logs_says_nothing_of_where_it_was_taken() -> None:
    import msgspec

    assert msgspec.json.decode(b'{"id":"x","kind":"after"}', type=Evidence) == Evidence("x", AFTER, None, None)


def test_one_picture_under_everything_is_known_of_a_hundred_cases_and_kept_on_all() -> None:
    story, shown = CaseStory(), Evidence("a" * 64, "before")
    for _ in range(102):
        story.report(evidence=(shown,))
    assert len(story.state.cases_of_evidence[shown.id]) == 100
    assert story.case(102).evidence[0].evidence == shown
