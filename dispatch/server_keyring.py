"""A seat's password in this machine's own keyring: the Secret Service or KWallet, the Keychain, the Credential Manager.

The library is imported when a server of the settings asks for it, and not before. What a keyring says goes no further
than its kind of error: nothing of a password may stand in a message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from dispatch.log_interface import NotSaved

ANSWER_TIMEOUT_S = 60.0  # it may ask a person to unlock it
_FILE_INSTEAD = "opsroom server join without --keyring keeps the password in a file of mode 0600 instead"

Found = TypeVar("Found")


def keep_password(server: Mapping[str, str], password: str) -> None:
    """Put the password of a server's user into the keyring, and prove that it stands there.

    Raises NotSaved (`cannot_open`) where there is no keyring, it is locked, or it kept something else.
    """
    service, user = service_of(server), server.get("user", "")

    def keep() -> bool:
        import keyring

        keyring.set_password(service, user, password)
        return keyring.get_password(service, user) == password

    if not _asked(keep):
        raise NotSaved("cannot_open", f"the keyring of this machine did not keep the password: {_FILE_INSTEAD}")


def find_password(server: Mapping[str, str]) -> str | None:
    """Return what the keyring keeps for a server's user, None where it keeps nothing. Raises as `keep_password`."""
    service, user = service_of(server), server.get("user", "")

    def find() -> str | None:
        import keyring

        return keyring.get_password(service, user)

    return _asked(find)


def service_of(server: Mapping[str, str]) -> str:
    """Return the name under which a server's passwords stand in the keyring."""
    host, port = server.get("host", "") or "localhost", server.get("port", "5432")
    return f"opsroom {host.casefold()}:{port}/{server.get('database', '')}"


def _asked(question: Callable[[], Found]) -> Found:
    """Ask in a thread of its own: a keyring that waits for somebody must not hold the program for ever."""
    answers: list[Found] = []
    problems: list[BaseException] = []

    def ask() -> None:
        try:
            answers.append(question())
        except BaseException as problem:  # backends raise what their system raises
            problems.append(problem)

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(ANSWER_TIMEOUT_S)
    if answers:
        return answers[0]
    raise NotSaved("cannot_open", _why(problems[0] if problems else None)) from None


def _why(problem: BaseException | None) -> str:
    if problem is None:
        return f"the keyring of this machine did not answer within {ANSWER_TIMEOUT_S:.0f} s: unlock it and start again"
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(problem, NoKeyringError | ImportError):
        return f"this machine has no keyring that is running: {_FILE_INSTEAD}"
    if isinstance(problem, KeyringLocked):
        return "the keyring of this machine is locked: unlock it and start again"
    return f"the keyring of this machine failed ({type(problem).__name__}): {_FILE_INSTEAD}"
