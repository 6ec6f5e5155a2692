"""The thread that carries contents between a seat's folder and the room's server, and knows how each one stands."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dispatch.evidence_standing import Standing, Where
from dispatch.log_interface import NotSaved
from dispatch.room.blob_cache import BlobCache
from dispatch.room.blob_desk import BlobDesk
from dispatch.room.blobs import PIECE_BYTES, Blob, BlobAltered, BlobErased, BlobMissing, NoBlobs, RoomBlobs

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
POLL_S = 0.25  # how often the room is asked for what somebody waits for
UNABLE_PAUSE_S = 15.0  # what no moment mends: the server's program is older, the folder here cannot be written
REST_AFTER_S = 10.0  # then the connection is let go: a server has few, and a room has many seats
TOLD_EVERY_S = 0.25
_UNREACHABLE = frozenset({"connection_lost", "timeout", "away", "cannot_open"})
_BEGINNINGS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))

logger = logging.getLogger(__name__)


class _Over(Exception):
    """The program ends, or the content is erased: stop in the middle."""


class BlobCourier:
    """Bring, fetch and erase one content after the other; what is wanted goes before what is to be brought.

    `lay` gives fetched files their names, durably; `drop` lets go of what the log has erased.
    """

    def __init__(
        self,
        cache: BlobCache,
        blobs: RoomBlobs,
        *,
        lay: Callable[[Mapping[str, Path]], None],
        drop: Callable[[str], None],
        only_looks: bool = False,
    ) -> None:
        self._cache, self._blobs, self._lay, self._drop = cache, blobs, lay, drop
        self.desk = BlobDesk(is_sending=not only_looks)
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_reconciled = False
        self._said = ""  # why the room takes nothing, as it was said last
        self._polled_s = self._told_s = 0.0

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="room-evidence", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End at once; what is on its way goes on at the next start."""
        self._is_over.set()
        self._blobs.stop()
        self.desk.wake()
        if self._thread is not None:
            self._thread.join(5.0)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._is_over.is_set():
            try:
                self._look_at_folder()
                while self._turn():
                    pause_s = FIRST_PAUSE_S
                pause_s, self._said = FIRST_PAUSE_S, ""
                self._rest()
                continue
            except _Over:
                continue
            except NotSaved as problem:
                is_lost = problem.code in _UNREACHABLE
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S) if is_lost else LONGEST_PAUSE_S
                self._is_reconciled = False
                self.desk.say_cut_off(is_cut_off=is_lost)
                if not is_lost and problem.code != self._said and not self._is_over.is_set():
                    logger.warning("the room takes no photographs: %s", problem)
                self._said = problem.code
            except NoBlobs as problem:
                pause_s = UNABLE_PAUSE_S
                self.desk.say_cut_off(is_cut_off=False, has_store=False)
                logger.warning("%s", problem)
            except OSError as problem:
                pause_s = UNABLE_PAUSE_S
                logger.warning("the folder of photographs: %s", problem)
            except Exception:
                pause_s = UNABLE_PAUSE_S
                logger.exception("a photograph could not be carried")
            self._is_over.wait(pause_s)
        self._blobs.rest()

    def _turn(self) -> bool:
        """Do the next thing; tell whether there was any."""
        if not self._is_reconciled:
            self._reconcile()
        if self._serve():
            return True
        name = self.desk.next_to_send()
        if name is None or self._is_over.is_set():
            return False
        self._send(name)
        return True

    def _serve(self) -> bool:
        """Erase and fetch what is asked for; tell whether there was any."""
        erased = self._erase()
        return self._fetch_wanted() or erased

    def _look_at_folder(self) -> None:
        if not self.desk.is_filled:
            self._cache.sweep()
            sent, unsent = self._cache.names()
            self.desk.fill(sent, unsent)
            self.desk.gone(self._cache.trim())

    def _reconcile(self) -> None:
        """Offer again what the room had and has no more: it was brought back from an older copy."""
        sent = self.desk.sent()
        there = self._blobs.find(sent)
        lost = [name for name in sent if name not in there]
        if lost:
            lost = sorted(set(lost) - self._blobs.erased(lost))
            self._cache.set_unsent(lost)
            self.desk.unsent(lost)
        self._is_reconciled = True
        self.desk.say_cut_off(is_cut_off=False)

    def _erase(self) -> bool:
        names = self.desk.to_erase()
        done = self._blobs.erased(names) if names else set()
        for name in names:
            if name not in done:
                try:
                    self._blobs.erase(name)
                except LookupError:  # the entry is not in the server's log yet, as after an older copy came back
                    logger.warning("the room was not asked to erase %s by any entry", name[:12])
            self.desk.erased(name)
        return bool(names)

    def _fetch_wanted(self) -> bool:
        now_s = time.monotonic()
        is_due = now_s - self._polled_s >= POLL_S
        names = self.desk.wanted(again=is_due)
        if not names:
            return False
        if is_due:
            self._polled_s = now_s
        there = self._blobs.find(names)
        coming = self._blobs.coming([name for name in names if name not in there])
        for name in names:
            if name in coming:
                self.desk.say(name, Standing(Where.COMING, coming[name].share, coming[name].seat))
            elif name not in there:
                self.desk.say(name, Standing(Where.AWAITED))
        for lot in lots(there[name] for name in names if name in there):
            if len(lot) > 1:
                self._fetch_lot(lot)
            else:
                self._fetch(lot[0])
        return bool(there)

    def _fetch_lot(self, lot: Sequence[Blob]) -> None:
        """Fetch small contents in one answer, and make them durable together: a seat that comes back lacks many."""
        if self._is_over.is_set():
            raise _Over
        for blob in lot:
            self.desk.say(blob.sha256, Standing(Where.FETCHING))
        bodies = self._blobs.together(lot)
        whole = {name: body for name, body in bodies.items() if hashlib.sha256(body).hexdigest() == name}
        kept = {name: body for name, body in whole.items() if not self.desk.is_to_be_erased(name)}
        try:
            self._lay({name: self._cache.gather(name, body) for name, body in kept.items()})
            for name in kept:
                self._cache.set_sent(name)
        except OSError as problem:
            for name in kept:
                self.desk.say(name, Standing(Where.FAILED, reason=problem.strerror or str(problem)))
        else:
            for name in kept:
                self.desk.came(name)
                self.desk.gone(self._cache.trim_soon(name))
        for blob in lot:
            if blob.sha256 not in whole:
                self._fetch(blob)  # it says what is wrong

    def _fetch(self, blob: Blob) -> None:
        name, part = blob.sha256, self._cache.part(blob.sha256)
        self.desk.say(name, Standing(Where.FETCHING))

        def report(share: float) -> None:
            self._report(name, Where.FETCHING, share)

        try:
            try:
                self._blobs.fetch(name, part, blob=blob, report=report)
            except BlobAltered:  # perhaps only what had come before a cut
                self._blobs.fetch(name, part, report=report)
            if self.desk.is_to_be_erased(name):
                raise _Over
            self._lay({name: part})
            self._cache.set_sent(name)
        except BlobMissing:
            self.desk.say(name, Standing(Where.AWAITED))
        except BlobAltered as problem:
            logger.error("%s", problem)
            self.desk.say(name, Standing(Where.SPOILT))
        except NotSaved:
            raise
        except OSError as problem:
            self.desk.say(name, Standing(Where.FAILED, reason=problem.strerror or str(problem)))
        except _Over:
            if self.desk.is_to_be_erased(name):
                part.unlink(missing_ok=True)
            raise
        else:
            self.desk.came(name)
            self.desk.gone(self._cache.trim_soon(name))

    def _send(self, name: str) -> None:
        file = self._cache.place(name)

        def report(share: float) -> None:
            self._report(name, Where.SENDING, share)
            self._serve()  # a long recording on its way out holds up nobody who waits for a photograph

        try:
            self._blobs.put(file, name, media_type_of(file), report=report)
            self._cache.set_sent(name)
        except BlobErased:
            self._drop(name)
            self.desk.erased(name)
        except BlobAltered as problem:
            logger.error("%s", problem)
            self.desk.give_up(name)
        except FileNotFoundError:
            self.desk.gone((name,))
        else:
            self.desk.went(name)
            self.desk.gone(self._cache.trim_soon(name))

    def _report(self, name: str, where: Where, share: float) -> None:
        if self._is_over.is_set() or self.desk.is_to_be_erased(name):
            raise _Over
        now_s = time.monotonic()
        if now_s - self._told_s >= TOLD_EVERY_S:
            self._told_s = now_s
            self.desk.say(name, Standing(where, share))

    def _rest(self) -> None:
        """Wait until there is something to do; let the connection go where that takes long."""
        if self.desk.wait(POLL_S if self.desk.is_waiting else REST_AFTER_S):
            return
        if not self.desk.is_waiting:
            self._blobs.rest()
            self.desk.wait(None)


def lots(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    """Yield contents in lots to fetch: small ones together, up to the size of a piece; then each larger one alone."""
    large, lot, size_bytes = list[Blob](), list[Blob](), 0
    for blob in blobs:
        if blob.pieces > 1:
            large.append(blob)
            continue
        if lot and size_bytes + blob.size_bytes > PIECE_BYTES:
            yield lot
            lot, size_bytes = [], 0
        lot.append(blob)
        size_bytes += blob.size_bytes
    if lot:
        yield lot
    yield from ([blob] for blob in large)


def media_type_of(file: Path) -> str:
    """Return the media type of a content by its first bytes: photographs are known, anything else is bytes."""
    with file.open("rb") as source:
        beginning = source.read(8)
    return next((kind for begin, kind in _BEGINNINGS if beginning.startswith(begin)), "application/octet-stream")
