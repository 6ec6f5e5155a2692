"""Somebody changes the log behind the program's back: every way must show, and name the first bad entry."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dispatch.codec import encode
from dispatch.log import LogDamaged
from tests.dispatch.logs import Place, fill, note

MAC = b"\x01" * 32


def edit_bytes(place: Place) -> None:
    place.tamper("UPDATE entries SET body = ? WHERE sequence = 4", (encode(note(4, "another word")),))


def edit_actor(place: Place) -> None:
    place.tamper("UPDATE entries SET actor = 'bela' WHERE sequence = 4")


def edit_instant(place: Place) -> None:
    place.tamper("UPDATE entries SET occurred_at = '2026-03-02T07:00:00.000000Z' WHERE sequence = 4")


def edit_mac(place: Place) -> None:
    place.tamper("UPDATE entries SET mac = ? WHERE sequence = 4", (MAC,))


def garble(place: Place) -> None:
    place.tamper("UPDATE entries SET body = ? WHERE sequence = 4", (b"\xff\x00",))


def delete_one(place: Place) -> None:
    place.tamper("DELETE FROM entries WHERE sequence = 4")


def delete_the_first(place: Place) -> None:
    place.tamper("DELETE FROM entries WHERE sequence = 1")


def cut_the_end(place: Place) -> None:
    place.tamper("DELETE FROM entries WHERE sequence > 6")


def delete_all(place: Place) -> None:
    place.tamper("DELETE FROM entries")


def swap_two(place: Place) -> None:
    place.tamper("UPDATE entries SET sequence = 99 WHERE sequence = 4")
    place.tamper("UPDATE entries SET sequence = 4 WHERE sequence = 5")
    place.tamper("UPDATE entries SET sequence = 5 WHERE sequence = 99")


def close_the_gap(place: Place) -> None:
    delete_one(place)
    for sequence in range(5, 9):
        place.tamper("UPDATE entries SET sequence = ? WHERE sequence = ?", (sequence - 1, sequence))


def forge_another(place: Place) -> None:
    place.tamper(
        "INSERT INTO entries SELECT 9, 'forged', occurred_at, recorded_at, actor, role, department, seat, "
        "schema_version, ?, ? FROM entries WHERE sequence = 8",
        (encode(note(9, command_id="forged")), MAC),
    )


def slip_one_in_front(place: Place) -> None:
    place.tamper(
        "INSERT INTO entries SELECT 0, 'forged', occurred_at, recorded_at, actor, role, department, seat, "
        "schema_version, body, mac FROM entries WHERE sequence = 1"
    )


def end_otherwise(place: Place) -> None:
    """Replace the last entry by another that is as well made, from yesterday's copy written on with the key."""
    log = place.open()
    head = next(place.keys.glob("*.head"))
    kept = head.read_bytes()
    place.tamper("DELETE FROM entries WHERE sequence = 8")
    head.unlink()
    log = place.open()
    log.append(note(8, "another end", command_id="other"))
    place.close()
    head.write_bytes(kept)


TAMPERING = [
    (edit_bytes, "altered", 4),
    (edit_actor, "columns", 4),
    (edit_instant, "columns", 4),
    (edit_mac, "altered", 4),
    (garble, "altered", 4),
    (delete_one, "gap", 4),
    (delete_the_first, "gap", 1),
    (cut_the_end, "shorter_than_head", 7),
    (delete_all, "shorter_than_head", 1),
    (swap_two, "altered", 4),
    (close_the_gap, "altered", 4),
    (forge_another, "altered", 9),
    (slip_one_in_front, "extra", 0),
    (end_otherwise, "altered", 8),
]


@pytest.mark.parametrize(("tamper", "code", "first_bad"), TAMPERING, ids=[case[0].__name__ for case in TAMPERING])
def test_tampering_shows_and_names_the_first_bad_entry(
    place: Place, tamper: Callable[[Place], None], code: str, first_bad: int
) -> None:
    log = place.open()
    fill(log, 8)
    assert log.verify().is_intact
    place.close()
    tamper(place)
    found = place.open(read_only=True).verify()
    assert not found.is_intact
    assert (found.first_bad, found.problems[0].code) == (first_bad, code)


def test_yesterdays_copy_shows_and_is_not_written_on(place: Place) -> None:
    fill(place.open(), 5)
    place.close()
    yesterday = place.look("SELECT * FROM entries")
    fill(place.open(), 9)
    place.tamper("DELETE FROM entries WHERE sequence > 5")
    assert place.look("SELECT * FROM entries") == yesterday
    found = place.open(read_only=True).verify()
    assert found.first_bad == 6
    assert "older copy" in found.problems[0].text
    with pytest.raises(LogDamaged, match=r"move .* away") as refused:
        place.open()
    assert refused.value.code == "shorter_than_head"
    next(place.keys.glob("*.head")).unlink()  # brought back on purpose
    log = place.open()
    fill(log, 6)
    assert log.verify().is_intact


def test_a_log_with_a_bad_entry_is_not_read_past_it(place: Place) -> None:
    fill(place.open(), 8)
    edit_bytes(place)
    log = place.open()
    seen = []
    with pytest.raises(LogDamaged, match="entry 4") as refused:
        seen.extend(entry.sequence for entry in log.read())
    assert (refused.value.code, refused.value.sequence) == ("altered", 4)


def test_a_forged_entry_at_the_end_is_not_written_on(place: Place) -> None:
    fill(place.open(), 8)
    forge_another(place)
    with pytest.raises(LogDamaged, match="entry 9"):
        place.open()


def test_a_log_that_is_cut_while_it_is_open_takes_no_more(place: Place) -> None:
    log = place.open()
    fill(log, 8)
    with place._connected() as connection:
        connection.execute("DELETE FROM entries WHERE sequence > 6")
    with pytest.raises(LogDamaged) as refused:
        log.append(note(9))
    assert refused.value.code == "altered"
    with pytest.raises(LogDamaged) as refused:
        list(place.open(read_only=True).read(after=8))
    assert (refused.value.code, refused.value.sequence) == ("shorter_than_head", 7)


@pytest.mark.parametrize("lag", [1, 3])
def test_a_head_that_lags_is_no_tampering(place: Place, lag: int) -> None:
    """A process killed between the entry and its head, or a power cut, leaves an older head."""
    fill(place.open(), 8 - lag)
    place.close()
    head = next(place.keys.glob("*.head"))
    older = head.read_bytes()
    fill(place.open(), 8)
    place.close()
    head.write_bytes(older)
    assert place.open(read_only=True).verify().is_intact
    log = place.open()
    fill(log, 9)
    assert log.verify().is_intact


@pytest.mark.parametrize("spoil", ["torn", "empty", "gone"])
def test_a_spoilt_head_is_said_to_be_unchecked(place: Place, spoil: str) -> None:
    fill(place.open(), 8)
    place.close()
    head = next(place.keys.glob("*.head"))
    content = head.read_bytes()
    if spoil == "gone":
        head.unlink()
    else:
        head.write_bytes(b"" if spoil == "empty" else content[:60] + b"\0" * 100 + content[160:])
    found = place.open(read_only=True).verify()
    assert found.is_intact
    assert bool(found.unchecked) == (spoil != "torn")  # the slot before is still there


def test_a_head_written_by_somebody_without_the_key_does_not_count(place: Place) -> None:
    fill(place.open(), 8)
    cut_the_end(place)
    head = next(place.keys.glob("*.head"))
    mac = bytes(place.look("SELECT mac FROM entries WHERE sequence = 6")[0][0])
    head.write_bytes(f"6 {mac.hex()} {'0' * 32}".encode().ljust(159) + b"\n")
    assert place.open(read_only=True).verify().unchecked


def test_without_the_key_it_says_what_it_cannot_check(place: Place, tmp_path: Path) -> None:
    fill(place.open(), 8)
    place.close()
    found = place.open(read_only=True, keys=tmp_path / "none").verify()
    assert found.is_intact
    assert found.entries == 8
    assert "MACs" in found.unchecked[0]
    edit_bytes(place)
    assert place.open(read_only=True, keys=tmp_path / "none").verify().is_intact  # as it said, it cannot tell
    edit_actor(place)
    delete_the_first(place)
    found = place.open(read_only=True, keys=tmp_path / "none").verify()
    assert [problem.code for problem in found.problems] == ["gap", "columns"]


def test_a_log_made_anew_with_another_key_is_altered_from_its_first_entry(place: Place, tmp_path: Path) -> None:
    """The whole log is replaced by one that somebody made with a key of their own, under the same id."""
    fill(place.open(), 4)
    place.close()
    key, head = next(place.keys.glob("*.key")), next(place.keys.glob("*.head"))
    other = tmp_path / "other"
    shutil.copytree(place.keys, other)
    (other / key.name).write_text("11" * 32)
    (other / head.name).unlink()
    found = place.open(read_only=True, keys=other).verify()
    assert (found.first_bad, found.problems[0].code) == (1, "altered")
