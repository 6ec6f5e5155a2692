"""Fetch one thing from a map service: redirects, size, time and secrets watched."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from app.remote.addresses import AddressRefused, check_address, redirect_refusal

AGENT = b"Opsroom"
MOST_REDIRECTS = 3
TIMEOUT_MS = 15_000
LONGEST_WAIT_S = 600.0
_Attribute = QNetworkRequest.Attribute
_NetworkError = QNetworkReply.NetworkError
_AWAY = frozenset(
    {
        _NetworkError.ConnectionRefusedError, _NetworkError.HostNotFoundError, _NetworkError.NetworkSessionFailedError,
        _NetworkError.TemporaryNetworkFailureError, _NetworkError.UnknownNetworkError,
        _NetworkError.RemoteHostClosedError, _NetworkError.ProxyConnectionRefusedError,
        _NetworkError.ProxyNotFoundError,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing came. code: a sentence of app.wording; is_away: the network, not the answer; wait_s: asked for."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)
    is_away: bool = False
    is_busy: bool = False
    wait_s: float | None = None


class Download(QObject):
    """Fetch one address. Tells `done` (bytes) or `failed` (Trouble), once, and nothing after `cancel`."""

    done = Signal(bytes)
    failed = Signal(object)

    def __init__(
        self, network: QNetworkAccessManager, address: str, *, most_bytes: int, timeout_ms: int = TIMEOUT_MS,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._network = network
        self._most_bytes = most_bytes
        self._timeout_ms = timeout_ms
        self._deadline = time.monotonic() + 2 * timeout_ms / 1000
        self._redirects = 0
        self._data = bytearray()
        self._reply: QNetworkReply | None = None
        self._address = address

    def start(self) -> None:
        """Begin; an address that is refused is told as a failure."""
        try:
            self._address = check_address(self._address)
        except AddressRefused as refused:
            self.failed.emit(Trouble(refused.code, refused.parameters))
            return
        self._ask()

    def cancel(self) -> None:
        """Give up; nothing is told."""
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
            reply.deleteLater()

    def _ask(self) -> None:
        request = QNetworkRequest(QUrl(self._address))
        request.setRawHeader(b"User-Agent", AGENT)
        manual = QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
        request.setAttribute(_Attribute.RedirectPolicyAttribute, manual)
        for attribute in (_Attribute.CookieLoadControlAttribute, _Attribute.CookieSaveControlAttribute):
            request.setAttribute(attribute, QNetworkRequest.LoadControl.Manual)
        request.setAttribute(_Attribute.AuthenticationReuseAttribute, QNetworkRequest.LoadControl.Manual)
        request.setTransferTimeout(self._timeout_ms)
        request.setDecompressedSafetyCheckThreshold(self._most_bytes)
        reply = self._network.get(request)
        self._reply = reply
        reply.setParent(self)
        reply.setReadBufferSize(1 << 20)
        self._data.clear()
        reply.readyRead.connect(self._watch)
        reply.finished.connect(self._finish)

    def _watch(self) -> None:
        reply = self._reply
        if reply is None:
            return
        self._data += reply.readAll().data()
        if len(self._data) > self._most_bytes:
            self._fail(Trouble("remote_too_large", {"most": f"{self._most_bytes >> 20} MB"}))
        elif time.monotonic() > self._deadline:  # a server that drips never meets the transfer's own limit
            self._fail(Trouble("remote_slow", is_away=True))

    def _fail(self, trouble: Trouble) -> None:
        if self._reply is not None:
            self.cancel()
            self.failed.emit(trouble)

    def _finish(self) -> None:
        reply = self._reply
        if reply is None:
            return
        status = reply.attribute(_Attribute.HttpStatusCodeAttribute)
        if status in (301, 302, 303, 307, 308):
            self._redirect(bytes(reply.rawHeader("Location").data()).decode("utf-8", "replace"))
            return
        if status is not None and status >= 400:
            self._fail(_trouble_of_status(int(status), bytes(reply.rawHeader("Retry-After").data())))
            return
        error = reply.error()
        if error is not _NetworkError.NoError:
            self._fail(_trouble_of_error(error))
            return
        self._watch()  # what came last
        if self._reply is not None:
            self._reply = None
            reply.deleteLater()
            self.done.emit(bytes(self._data))

    def _redirect(self, location: str) -> None:
        there = urljoin(self._address, location)
        self._redirects += 1
        refusal = "remote_redirect_many" if self._redirects > MOST_REDIRECTS else redirect_refusal(self._address, there)
        if refusal or not location:
            self._fail(Trouble(refusal or "remote_redirect_many"))
            return
        self.cancel()
        self._address = there
        self._ask()


def _trouble_of_status(status: int, retry_after: bytes) -> Trouble:
    if status in (404, 410):
        return Trouble("remote_no_tile")
    if status in (401, 403, 407):
        return Trouble("remote_denied", {"answer": str(status)})
    if status == 429 or status >= 500:
        return Trouble("remote_busy", {"answer": str(status)}, is_busy=True, wait_s=_wait_s(retry_after))
    return Trouble("remote_answer", {"answer": str(status)})


def _trouble_of_error(error: QNetworkReply.NetworkError) -> Trouble:
    if error is _NetworkError.SslHandshakeFailedError:
        return Trouble("remote_tls")
    if error in (_NetworkError.OperationCanceledError, _NetworkError.TimeoutError):  # the transfer's limit of time
        return Trouble("remote_slow", is_away=True)
    if error in _AWAY:
        return Trouble("remote_away", is_away=True)
    return Trouble("remote_broken", {"error": error.name})


def _wait_s(retry_after: bytes) -> float | None:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3), cut to what is sensible."""
    text = retry_after.decode("latin-1").strip()
    try:
        wait_s = float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError):
        return None
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)
