"""Which addresses of map services are used at all, and how they are shown without what must stay secret."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 4000
_SECRET = re.compile(r"(key|token|pass|pwd|secret|auth|sig|credential)", re.IGNORECASE)


class AddressRefused(ValueError):
    """An address is not used. code: a sentence of app.wording; parameters for it."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def check_address(address: str) -> str:
    """Answer the address of a service as it is used, or raise AddressRefused.

    Only http and https with a host and without a name and password; places like {z} may stand in it.
    """
    text = address.strip()
    if not text or len(text) > LONGEST or re.search(r"[\x00-\x20\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\\]", text):
        raise AddressRefused("remote_address_broken")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise AddressRefused("remote_address_broken") from None
    if parts.scheme.casefold() not in ("http", "https"):
        raise AddressRefused("remote_address_scheme", scheme=parts.scheme[:20] or "-")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise AddressRefused("remote_address_password")
    if not parts.hostname:
        raise AddressRefused("remote_address_broken")
    return urlunsplit(parts._replace(fragment=""))


def shown_address(address: str) -> str:
    """Word an address for logs, tooltips and exports: passwords and keys in it become stars."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "?"
    pairs = [
        f"{name}=***" if _SECRET.search(name) else f"{name}={value}"
        for name, _, value in (pair.partition("=") for pair in parts.query.split("&") if pair)
    ]
    return urlunsplit((parts.scheme, host, parts.path, "&".join(pairs), ""))


def with_query(address: str, values: dict[str, str]) -> str:
    """Put values into an address' query; those of the same name (in any case) are replaced, others stay."""
    parts = urlsplit(address)
    names = {name.casefold() for name in values}
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name.casefold() not in names]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()], safe=":,/")))


def redirect_refusal(here: str, there: str) -> str:
    """Answer why a redirection is not followed, "" where it is: only http(s), never down to http, never inwards."""
    try:
        target, origin = urlsplit(check_address(there)), urlsplit(here)
    except AddressRefused as refused:
        return refused.code
    if origin.scheme == "https" and target.scheme != "https":
        return "remote_redirect_down"
    if target.hostname != origin.hostname and _is_inward(target) and not _is_inward(origin):
        return "remote_redirect_inward"
    return ""


def _is_inward(parts: SplitResult) -> bool:
    """Tell whether an address names this machine or a private network, as far as its text says."""
    host = (parts.hostname or "").casefold().rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or not re.search(r"[.:]", host):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host))  # other spellings of numbers
