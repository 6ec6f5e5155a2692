"""What is known of each content at one seat: the lists that the courier works from, and who is told of a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from dispatch.evidence_standing import Standing, Where

AGAIN_AFTER_S = 60.0  # what was spoilt or could not be written is not tried more often
_OPEN = (Where.ASKED, Where.AWAITED, Where.COMING)

Listener = Callable[[str], None]


class BlobDesk:
    """Hold the lists of a seat. Any thread may ask; listeners are called on the thread that brought the change."""

    def __init__(self, *, is_sending: bool) -> None:
        self._changed = threading.Condition()
        self._is_sending = is_sending
        self.is_filled = False
        self._named: set[str] = set()
        self._seats: dict[str, str] = {}  # of the entries that named what is not here
        self._here: dict[str, bool] = {}  # is it in the room too
        self._outbox: dict[str, None] = {}
        self._away: dict[str, Standing] = {}
        self._tried_s: dict[str, float] = {}
        self._sending: dict[str, float] = {}
        self._erasing: dict[str, None] = {}
        self._is_cut_off = False
        self._has_store = True
        self._is_woken = False
        self._listeners: list[Listener] = []

    # What the seat says and asks.

    def name(self, names: Iterable[str], seat: str = "") -> None:
        """Note that an entry names contents, and from which seat it came."""
        told: list[str] = []
        with self._changed:
            for name in names:
                self._named.add(name)
                if self._here.get(name) is False:
                    self._to_outbox(name)
                elif seat and name not in self._here:
                    self._seats[name] = seat
                    told += [name] if name in self._away else []
            self._wake()
        self._tell(*told)

    def take(self, name: str, *, is_sent: bool) -> None:
        """Note that a content lies here now."""
        with self._changed:
            self._here[name] = is_sent
            self._away.pop(name, None)
            if not is_sent and name in self._named:
                self._to_outbox(name)
                self._wake()

    def want(self, name: str) -> Standing:
        """Ask for a content that is not here; return how it stands."""
        with self._changed:
            self._here.pop(name, None)
            known = self._away.get(name)
            is_again = time.monotonic() - self._tried_s.get(name, 0.0) > AGAIN_AFTER_S
            if known is None or (known.where in (Where.SPOILT, Where.FAILED) and is_again):
                self._away[name] = Standing(Where.ASKED)
                self._wake()
            return self._standing(name)

    def erase(self, name: str) -> None:
        """Have the room erase a content; here it is gone."""
        with self._changed:
            for each in (self._here, self._outbox, self._away, self._seats):
                each.pop(name, None)
            if self._is_sending:
                self._erasing[name] = None
                self._wake()

    def standing(self, name: str) -> Standing:
        """Say how a content stands."""
        with self._changed:
            return self._standing(name)

    def waiting(self) -> int:
        """Return how many contents are still to be brought to the room."""
        with self._changed:
            return len(self._outbox)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` told which content's standing has changed; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # What the courier works from.

    def fill(self, sent: Iterable[str], unsent: Iterable[str]) -> None:
        """Take what lies in the folder at the start."""
        with self._changed:
            self._here |= dict.fromkeys(sent, True) | dict.fromkeys(unsent, False)
            for name, is_sent in self._here.items():
                if not is_sent and name in self._named:
                    self._to_outbox(name)
            self.is_filled = True

    def sent(self) -> list[str]:
        """Return what lies here and is said to be in the room."""
        with self._changed:
            return [name for name, is_sent in self._here.items() if is_sent]

    def next_to_send(self) -> str | None:
        """Return what is to be brought next; what failed stands behind the others."""
        with self._changed:
            name = next(iter(self._outbox), None)
            if name is not None:
                del self._outbox[name]
                self._outbox[name] = None
            return name

    def wanted(self, *, again: bool) -> list[str]:
        """Return what somebody wants to see; with `again` also what the room did not have the last time."""
        with self._changed:
            where = _OPEN if again else (Where.ASKED,)
            return [name for name, standing in self._away.items() if standing.where in where]

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody waits for what the room does not have yet."""
        with self._changed:
            return any(standing.where in _OPEN for standing in self._away.values())

    def to_erase(self) -> list[str]:
        """Return what the room is to erase."""
        with self._changed:
            return list(self._erasing)

    def is_to_be_erased(self, name: str) -> bool:
        """Tell whether a content is being erased."""
        with self._changed:
            return name in self._erasing

    def say(self, name: str, standing: Standing) -> None:
        """Note how a content stands, on its way or not."""
        with self._changed:
            if standing.where is Where.SENDING:
                self._sending = {name: standing.share}
            elif name not in self._away:
                return
            else:
                if self._away[name] == standing:
                    return
                self._away[name] = standing
                if standing.where in (Where.SPOILT, Where.FAILED):
                    self._tried_s[name] = time.monotonic()
        self._tell(name)

    def came(self, name: str) -> None:
        """Note that a content lies here and in the room."""
        with self._changed:
            self._here[name] = True
            for each in (self._away, self._seats, self._outbox):
                each.pop(name, None)
        self._tell(name)

    def went(self, name: str) -> None:
        """Note that the room has a content now."""
        with self._changed:
            self._sending.clear()
            self._outbox.pop(name, None)
            if name in self._here:
                self._here[name] = True
        self._tell(name)

    def give_up(self, name: str) -> None:
        """Bring a content no more in this run: it is spoilt here."""
        with self._changed:
            self._sending.clear()
            self._outbox.pop(name, None)

    def unsent(self, names: Iterable[str]) -> None:
        """Note that the room lacks contents that it had."""
        found = list(names)
        with self._changed:
            for name in found:
                self._here[name] = False
                if name in self._named:
                    self._to_outbox(name)
        self._tell(*found)

    def gone(self, names: Iterable[str]) -> None:
        """Note that contents do not lie here any more."""
        with self._changed:
            for name in names:
                self._here.pop(name, None)
                self._outbox.pop(name, None)

    def erased(self, name: str) -> None:
        """Note that a content is gone from the room and from here."""
        with self._changed:
            self._erasing.pop(name, None)
            for each in (self._here, self._outbox, self._away):
                each.pop(name, None)
        self._tell(name)

    def say_cut_off(self, *, is_cut_off: bool, has_store: bool = True) -> None:
        """Note whether the room's server can be reached, and whether it keeps contents at all."""
        with self._changed:
            for name, standing in self._away.items():
                if standing.where is Where.FETCHING:
                    self._away[name] = Standing(Where.ASKED)
            if (self._is_cut_off, self._has_store) == (is_cut_off, has_store):
                return
            self._is_cut_off, self._has_store = is_cut_off, has_store
            self._sending.clear()
            told = [*self._away, *self._outbox]
        self._tell(*told)

    def wait(self, most_s: float | None) -> bool:
        """Wait until something is asked for; tell whether it was."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_woken, most_s)
            was, self._is_woken = self._is_woken, False
            return was

    def wake(self) -> None:
        """End a wait."""
        with self._changed:
            self._wake()

    def _wake(self) -> None:
        self._is_woken = True
        self._changed.notify_all()

    def _to_outbox(self, name: str) -> None:
        if self._is_sending:
            self._outbox[name] = None

    def _standing(self, name: str) -> Standing:
        known = self._away.get(name)
        if known is not None:
            if not self._has_store:
                return Standing(Where.NOWHERE)
            if self._is_cut_off and known.where in _OPEN:
                return Standing(Where.CUT_OFF, seat=self._seats.get(name, ""))
            return known if known.seat else replace(known, seat=self._seats.get(name, ""))
        if name not in self._here:
            return Standing(Where.ASKED)
        if self._here[name]:
            return Standing(Where.HERE)
        if name in self._sending and name in self._outbox:
            return Standing(Where.SENDING, self._sending[name])
        return Standing(Where.ONLY_HERE)

    def _tell(self, *names: str) -> None:
        for listener in list(self._listeners):
            for name in names:
                listener(name)
