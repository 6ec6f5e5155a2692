"""A sealed stream: what chosen keys open, that nothing else does, and that it stays a stream."""

from __future__ import annotations

import io
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.sealing import (
    CannotOpen,
    CannotSeal,
    Opener,
    Seal,
    make_identity,
    opened,
    read_identities,
    read_passphrase,
    read_recipients,
    seal,
    write_identity,
)

WORDS = b"what a caller said, " * 20_000


def sealed(how: Seal, content: bytes = WORDS) -> tuple[bytes, Opener]:
    out = io.BytesIO()
    opener = seal((content[at : at + 777] for at in range(0, len(content), 777)), out, how)
    return out.getvalue(), opener


def unsealed(content: bytes, opener: Opener) -> bytes:
    with opened(io.BytesIO(content), opener) as stream:
        return stream.read()


def test_each_recipient_opens_it_and_nobody_else() -> None:
    (first, one), (second, two), (stranger, _) = make_identity(), make_identity(), make_identity()
    content, own = sealed(Seal((one, two)))
    assert WORDS[:20] not in content
    for secret in (first, second, *own.identities):
        assert unsealed(content, Opener((stranger, secret))) == WORDS
    with pytest.raises(CannotOpen, match="another key"):
        unsealed(content, Opener((stranger,)))
    with pytest.raises(CannotOpen, match="name the file of that key"):
        unsealed(content, Opener())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[:70_000],
        lambda content: content[:100],
        lambda content: content + b"x",
        lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        lambda content: content[:60] + bytes([content[60] ^ 1]) + content[61:],
    ],
)
def test_what_is_cut_or_altered_is_never_given_whole(spoil: Callable[[bytes], bytes]) -> None:
    secret, recipient = make_identity()
    content, _ = sealed(Seal((recipient,)))
    with pytest.raises(CannotOpen):
        unsealed(spoil(content), Opener((secret,)))


def test_a_passphrase_opens_it() -> None:
    """Making and trying one takes a second each on purpose, so that there is one of each here."""
    content, own = sealed(Seal(passphrase="correct horse battery"), b"short")
    assert unsealed(content, Opener(passphrase="correct horse battery")) == b"short"
    assert unsealed(content, own) == b"short"
    with pytest.raises(CannotOpen, match="sealed by a passphrase"):
        unsealed(content, Opener())
    with pytest.raises(CannotOpen, match="passphrase does not open"):
        other = b"x" if content[60:61] != b"x" else b"y"
        unsealed(content[:60] + other + content[61:], Opener(passphrase="correct horse battery"))


def test_it_stays_a_stream_both_ways(tmp_path: Path) -> None:
    _, recipient = make_identity()
    block = os.urandom(1 << 16)

    def chunks() -> Iterator[bytes]:
        for _ in range(320):  # 20 MB
            yield block

    tracemalloc.start()
    with (tmp_path / "sealed").open("wb") as out:
        opener = seal(chunks(), out, Seal((recipient,)))
    with (tmp_path / "sealed").open("rb") as raw, opened(raw, opener) as stream:
        total = 0
        while part := stream.read(1 << 16):
            assert part == block[: len(part)]
            total += len(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 320 << 16
    assert peak < 3_000_000


def test_what_goes_wrong_on_our_side_is_told_as_it_was() -> None:
    _, recipient = make_identity()

    def chunks() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise LookupError("the log is gone")

    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(LookupError, match="the log is gone"):
        seal(chunks(), io.BytesIO(), Seal((recipient,)))
    for content in (b"x", b"x" * 1_000_000):  # a short one fails in its last block only
        with pytest.raises(OSError, match="No space"):
            seal([content], Full(), Seal((recipient,)))


def test_who_stops_reading_leaves_no_thread_behind() -> None:
    _, recipient = make_identity()
    content, opener = sealed(Seal((recipient,)), b"x" * 1_000_000)
    with opened(io.BytesIO(content), opener) as stream:
        assert stream.read(10) == b"x" * 10
    assert not [thread for thread in threading.enumerate() if thread.name == "unseal"]


def test_keys_are_read_as_the_format_s_own_tools_write_them(tmp_path: Path) -> None:
    file = tmp_path / "key"
    recipient = write_identity(file, made_at=datetime(2026, 3, 2, tzinfo=UTC))
    content, _ = sealed(Seal((recipient,)), b"short")
    assert unsealed(content, Opener(read_identities(file))) == b"short"
    with pytest.raises(FileExistsError):
        write_identity(file, made_at=datetime(2026, 3, 2, tzinfo=UTC))
    listed = tmp_path / "recipients"
    listed.write_text(f"# of the cellar\n{recipient}\n\n")
    assert read_recipients(listed) == (recipient,)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a user's folders from other users")
def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_identity(file, made_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    for read in (read_identities, read_passphrase):
        with pytest.raises(CannotSeal, match="chmod 600"):
            read(file)


def test_what_is_no_key_is_said_without_telling_a_secret(tmp_path: Path) -> None:
    secret, _ = make_identity()
    with pytest.raises(CannotSeal, match="no recipient") as told:
        sealed(Seal((secret,)))
    assert secret not in str(told.value)
    for how in (Seal(("age1nonsense",)), Seal(), Seal(passphrase="short")):
        with pytest.raises(CannotSeal):
            sealed(how)
    file = tmp_path / "key"
    file.write_text("no key at all\n")
    file.chmod(0o600)
    with pytest.raises(CannotSeal, match="no file of keys"):
        read_identities(file)
