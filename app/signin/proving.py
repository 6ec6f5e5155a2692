"""What the cards ask of the accounts: the first administrator, a sign-in, a password that opens a locked desk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.desk import Desk
from app.signin.asking import ask
from app.signin.first_start import FirstStart
from app.signin.memory import Memory
from app.signin.sign_in_card import SignInCard
from app.wording import sentence
from dispatch.account import ADMINISTRATOR
from dispatch.commands import Who
from dispatch.engine import Engine
from dispatch.refused import Refused
from dispatch.signing_in import create_first_administrator, roles_of, sign_in, unlock

if TYPE_CHECKING:
    from app.island.alone import Alone


class Proving(QObject):
    """Answer the two cards. `came_in` tells who signed in, `log_asked` that the log may say otherwise of this seat."""

    came_in = Signal(Who)
    log_asked = Signal()

    def __init__(self, desk: Desk, engine: Engine, first: FirstStart, card: SignInCard, memory: Memory) -> None:
        super().__init__(desk)
        self._desk, self._engine, self._first, self._card, self._memory = desk, engine, first, card, memory
        self._job: jobs.Job | None = None
        first.asked.connect(self._make_first)
        card.asked.connect(self._sign_in)
        if desk.alone is not None:
            desk.alone.changed.connect(self._offer_alone)
            desk.ticked.connect(lambda now: self._offer_alone())

    def unlock(self, me: Who, password: str) -> None:
        """Open the desk that `me` locked, if the password is right."""
        self._card.wait(True)
        self._job = ask(
            partial(unlock, self._engine, me, password, at=self._desk.clock()),
            done=lambda _: self.log_asked.emit(),
            refused=self._not_in,
            failed=self._failed,
            language=self._desk.language,
        )

    def come_in_alone(self, account_id: str, password: str) -> None:
        """Let somebody in by going on alone: the server that would take their sign-in is lost."""
        alone = cast("Alone", self._desk.alone)
        self._card.wait(True)
        alone.come_in(
            account_id,
            password,
            role=self._memory.roles.get(account_id, ""),
            done=self.came_in.emit,
            refused=self._not_in,
            failed=self._failed,
        )

    def _offer_alone(self) -> None:
        from app.island.stage import Stage  # a desk without a room has no use for it

        self._card.offer_alone(cast("Alone", self._desk.alone).stage is Stage.LOST)

    def _make_first(self, account_id: str, name: str, password: str) -> None:
        engine, seat, at = self._engine, self._desk.who.seat, self._desk.clock()

        def make() -> Who:
            create_first_administrator(engine, account_id, password, name=name, seat=seat, at=at)
            return sign_in(engine, account_id, password, role=ADMINISTRATOR, seat=seat, at=at)

        def refuse(words: str) -> None:
            self._first.wait(False)
            self._first.refuse(words)
            self.log_asked.emit()

        self._first.wait(True)
        self._job = ask(
            make,
            done=self.came_in.emit,
            refused=lambda problem: refuse(self._words(problem)),
            failed=refuse,
            language=self._desk.language,
        )

    def _sign_in(self, account_id: str, password: str, role: str) -> None:
        engine, seat, at = self._engine, self._desk.who.seat, self._desk.clock()

        def prove() -> Who | tuple[str, ...]:
            if role:
                return sign_in(engine, account_id, password, role=role, seat=seat, at=at)
            roles = roles_of(engine, account_id, password, seat=seat, at=at)
            # A choice is offered only to whoever knows the password: it says which accounts there are.
            return sign_in(engine, account_id, password, seat=seat, at=at) if len(roles) == 1 else roles

        def done(found: Who | tuple[str, ...]) -> None:
            if isinstance(found, tuple):
                self._card.wait(False)
                self._card.offer_roles(found, self._memory.roles.get(account_id, ""))
            else:
                self.came_in.emit(found)

        self._card.wait(True)
        self._job = ask(prove, done=done, refused=self._not_in, failed=self._failed, language=self._desk.language)

    def _not_in(self, refused: Refused) -> None:
        self._card.wait(False)
        self._card.refuse(self._words(refused))
        self._card.take_focus()

    def _failed(self, words: str) -> None:
        self._card.wait(False)
        self._card.refuse(words, "alarm", can_reopen=not self._desk.figures.is_saved)
        self._card.take_focus()

    def _words(self, refused: Refused) -> str:
        return sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
