"""Come in at a seat whose server is lost, by going on alone: unlocking and signing in are entries, and need a log.

The password is held against a hash that this seat has seen since it was started, and nothing is asked of the server.
So whoever locked the desk comes in again, and whoever has signed in there; nobody whose password was changed since.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from dispatch.access import may
from dispatch.account import FAILURES_WITHIN, LOCKED_FOR, MOST_FAILURES
from dispatch.account_commands import ReportFailedSignIn, SignIn, UnlockSeat
from dispatch.commands import Body, Command, Who
from dispatch.island.seat import Islands
from dispatch.island_commands import BeginIsland
from dispatch.log_table import TableLog
from dispatch.passwords import is_right
from dispatch.refused import Refused


def _now() -> datetime:
    return datetime.now(UTC)


class LocalDoor:
    """Let people in at one seat without its server. What is asked takes the time of a password's check: use a job.

    Failures are counted here, for there is no log that takes them; the island keeps them once somebody came in.
    """

    def __init__(self, islands: Islands, *, clock: Callable[[], datetime] = _now) -> None:
        self._islands = islands
        self._clock = clock
        self._failed: list[tuple[str, datetime]] = []

    def come_in(self, account_id: str, password: str, *, role: str = "", seat: str, reason: str = "") -> Who:
        """Take the seat to an island, and unlock it or sign somebody in there; return who asks from there from now on.

        In the role in which they locked the desk, else in `role` where they have it, else in their first. Raises
        Refused: `island_sign_in_failed` alike for a wrong name, a wrong password, and one that was not seen here;
        `island_sign_in_locked` after too many of them; else what `Islands.go` and the rules of signing in refuse.
        NotSaved where nothing can be kept on this machine. Where it raises before the island is begun nothing changed.
        """
        engine, at = self._islands.engine, self._clock()
        if engine.log.is_island:
            raise Refused("island_already", seat=seat)
        if not isinstance(engine.log, TableLog):
            raise Refused("island_no_room", name=engine.log.name)
        self._failed = [each for each in self._failed if at - each[1] < max(LOCKED_FOR, FAILURES_WITHIN)]
        if len(self._failed) >= MOST_FAILURES:
            raise Refused("island_sign_in_locked", until=self._failed[-1][1] + LOCKED_FOR)
        state = engine.state
        account = state.accounts.get(account_id)
        name = account.secret_id if account is not None else ""
        secret = next((each for each in engine.log.secrets_seen if each.id == name), None)
        fits = is_right(secret if secret is not None and secret.account_id == account_id else None, password)
        if not fits or account is None or account.is_locked(at):
            self._failed.append((account.id if account is not None else "", at))
            raise Refused("island_sign_in_failed")
        if account.is_disabled:
            raise Refused("account_disabled", account_id=account.id, reason=account.disabled_reason)
        session = state.sessions.get(seat)
        is_theirs = session is not None and session.account_id == account.id and session.is_locked
        if is_theirs and session is not None:
            role = session.role
        who = Who(account.id, role if role in account.roles else account.roles[0], account.department, seat)
        if not may(who.role, BeginIsland):
            raise Refused("not_allowed", role=who.role, command=BeginIsland.__name__)
        # Who is not in yet asks for nothing: the program does, in their name.
        self._islands.go(Who("opsroom", "system", "", seat), reason=reason, actor=account.id)
        self._ask(who, UnlockSeat() if is_theirs else SignIn(account.id, who.role), at)
        failed, self._failed = self._failed, []
        for failed_id, failed_at in failed:
            self._ask(Who("opsroom", "system", "", seat), ReportFailedSignIn(failed_id), failed_at)
        return who

    def _ask(self, who: Who, body: Body, at: datetime) -> None:
        self._islands.engine.submit(Command(f"account-{uuid.uuid4()}", at, who, body)).result()
