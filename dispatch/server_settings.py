"""How a seat reaches its server: the address as typed, completed from a private file and by careful defaults.

The file `server.toml` lies in the user's configuration folder, readable by its owner only:

    [[server]]
    host = "db.city.example"        # and port, database, schema where they differ from the address
    user = "seat_cad-3"
    password = "..."                # or password_from = "keyring"
    sslrootcert = "/etc/opsroom/city-root.crt"

The password is looked for there, then in the machine's keyring where the file says so, then in libpq's own password
file (`PGPASSFILE`, `~/.pgpass`). It never stands in an address: whoever lists the programs of a machine reads it there.
To a host that is not this machine, TLS is asked for and its certificate and name are verified, unless the address, the
file or `PGSSLMODE` says otherwise.

A room with a standby has several hosts in one address (`postgresql://a,b/city`, and `host = "a,b"` in the file): the
one that writes is meant, unless `target_session_attrs` says otherwise.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_config_path
from psycopg import Error
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dispatch.log_interface import NotSaved
from gis.toml_reading import read_toml

FOLDER_VARIABLE = "OPSROOM_CONFIG"
LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain"})
SEAT_USER = "seat_"
KEYRING = "keyring"
SYSTEM_ROOTS = "system"  # libpq's word for the authorities that the system trusts
_PASSED_ON = ("user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
_DEFAULT_PORT = "5432"


def settings_file() -> Path:
    """Return where the settings of servers lie, whether the file exists or not (`OPSROOM_CONFIG` names the folder)."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return (Path(folder) if folder else user_config_path("opsroom", appauthor=False)) / "server.toml"


def complete(address: str, *, defaults: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the parts of an address that may be told, and the whole that psycopg connects by.

    Raises NotSaved (`cannot_open`): for what is no address, one that carries a password, and a file of passwords that
    others can read.
    """
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    except Error:  # its text repeats the address, with the password
        raise NotSaved("cannot_open", "this is no address of a PostgreSQL database") from None
    if "password" in parts:
        raise NotSaved(
            "cannot_open",
            "a password in an address is read by everybody who can list this machine's programs: "
            f"leave it out, and put it into {settings_file()} (mode 0600) or into libpq's password file",
        )
    found = _settings_of(parts)
    whole = {**defaults, **{name: found[name] for name in _PASSED_ON if name in found}, **parts}
    if "schema" in found and "options" not in parts:
        whole["options"] = f"-csearch_path={found['schema']}"
    if "sslmode" not in whole and "PGSSLMODE" not in os.environ and not is_local(parts):
        whole["sslmode"] = "verify-full"
    if "," in whole.get("host", "") and "PGTARGETSESSIONATTRS" not in os.environ:
        whole.setdefault("target_session_attrs", "read-write")  # else a standby that answers first is as good
    if "password" not in whole:
        passwords = Path(whole.get("passfile") or os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
        _check_private(passwords)
        if found.get("password_from") == KEYRING:
            whole |= _from_keyring(found, or_else=passwords)
    return parts, make_conninfo("", **whole)


def with_seat(address: str, seat: str) -> str:
    """Return the address with the user that a seat's name stands for, unless it names one, or no settings know it."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    except Error:
        return address
    user = user_of(seat)
    if not seat or "user" in parts or not any(each.get("user") == user for each in _servers()):
        return address
    return _with_user(address, user)


def seats_of(address: str) -> tuple[str, ...]:
    """Return the names of the seats of this machine that have joined the server that an address means. Raises NotSaved.

    None where the address names its user itself, or is none.
    """
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    except Error:
        return ()
    users = [each.get("user", "") for each in _servers() if "user" not in parts and _fits(each, parts)]
    return tuple(user.removeprefix(SEAT_USER) for user in users if user.startswith(SEAT_USER))


def _with_user(address: str, user: str) -> str:
    """Return an address with a user in it."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{user}@{rest.removeprefix('@')}"


def user_of(seat: str) -> str:
    """Return the server's name for a seat's user."""
    return SEAT_USER + seat.casefold()


def is_local(parts: Mapping[str, str]) -> bool:
    """Tell whether every host of an address is this machine: a socket, its name, or a loopback address.

    A name of another machine is not, wherever `hostaddr` sends it: behind a tunnel too, that machine proves itself.
    """
    named = [parts.get("host") or ("" if parts.get("hostaddr") else os.environ.get("PGHOST") or "")]
    hosts = ",".join((*named, *filter(None, [parts.get("hostaddr")]))).split(",")
    return all(_is_local(host.strip()) for host in hosts)


def hosts_of(parts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return every host with its port, as an address or the settings list them."""
    hosts = [host.strip().casefold() for host in parts.get("host", "").split(",")]
    ports = [port.strip() or _DEFAULT_PORT for port in parts.get("port", "").split(",")]
    return tuple(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=False))


def tls_advice(error: str) -> str:
    """Return what helps where TLS could not be verified, empty where an error is not about that."""
    if "does not match host name" in error:
        what = "the server proves to be another than was asked for: use the name that its certificate is made out to"
    elif "does not support SSL" in error:
        what = "this server speaks without TLS, and TLS is demanded: have it switched on there (ssl = on)"
    elif "no encryption" in error:
        what = "this server takes nobody without TLS: take sslmode out of the address and of the settings"
    elif "certificate" in error or "SSL" in error:
        what = (
            "TLS is verified, and the authority of the server's certificate is not known here: name that authority's "
            "certificate as sslrootcert (opsroom server join --sslrootcert FILE)"
        )
    else:
        return ""
    return f" ({what}; settings: {settings_file()})"


def write_settings(server: Mapping[str, str]) -> Path:
    """Add one server to the settings, in place of one with the same host, port, database and user; return the file.

    Raises OSError, or NotSaved where the file cannot be read.
    """
    file = settings_file()
    same = ("host", "port", "database", "user")
    others = [each for each in _servers() if any(each.get(name, "") != server.get(name, "") for name in same)]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, "\n".join(server_text(each) for each in (*others, server)))
    return file


def write_private(file: Path, text: str) -> None:
    """Replace a file by one that only its owner may read. Raises OSError."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)


def read_private(file: Path) -> dict[str, object]:
    """Read a TOML file of secrets. Raises NotSaved (`cannot_open`) where others can read it, or it is spoilt."""
    _check_private(file)
    try:
        return read_toml(file)
    except (OSError, ValueError) as error:
        # A parser's words may repeat the line that it stumbled over, and that line may hold the password.
        what = error.strerror if isinstance(error, OSError) else "it is not TOML"
        raise NotSaved("cannot_open", f"{file} cannot be read: {what}") from None


def _from_keyring(server: Mapping[str, str], *, or_else: Path) -> dict[str, str]:
    """Return the password that the keyring keeps; nothing where libpq's own file may know it. Raises NotSaved."""
    from dispatch.server_keyring import find_password

    try:
        password = find_password(server)
    except NotSaved:
        if or_else.is_file():
            return {}
        raise
    if password is not None:
        return {"password": password}
    if or_else.is_file():
        return {}
    raise NotSaved(
        "cannot_open",
        f"the keyring of this machine keeps no password of {server.get('user', '?')}: "
        "join once more with the file of the seat (opsroom server join FILE --keyring)",
    )


def _settings_of(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the one server of the settings that an address means, nothing where none is meant."""
    fitting = [each for each in _servers() if _fits(each, parts)]
    if len(fitting) > 1:
        names = ", ".join(sorted(each.get("user", "?") for each in fitting))
        raise NotSaved(
            "cannot_open",
            f"{settings_file()} knows several seats of this server ({names}): name one by --seat, or in the address",
        )
    return fitting[0] if fitting else {}


def _servers() -> list[dict[str, str]]:
    file = settings_file()
    return read_servers(file) if file.exists() else []


def read_servers(file: Path) -> list[dict[str, str]]:
    """Return the servers that a private file lists. Raises NotSaved as `read_private` does."""
    listed = read_private(file).get("server", [])
    rows = listed if isinstance(listed, list) else []
    return [{str(name): str(value) for name, value in row.items()} for row in rows if isinstance(row, dict)]


def _fits(server: Mapping[str, str], parts: Mapping[str, str]) -> bool:
    if not set(hosts_of(parts)) <= set(hosts_of(server)):  # a password goes to no host that its file does not name
        return False
    if server.get("database", parts.get("dbname", "")) != parts.get("dbname", ""):
        return False
    return "user" not in parts or server.get("user", parts["user"]) == parts["user"]


def _check_private(file: Path) -> None:
    """Raise NotSaved where other users of this machine can read a file of secrets; one that is absent is fine."""
    if os.name != "posix":
        return  # Windows keeps a user's folders from other users
    try:
        mode = file.stat().st_mode
    except OSError:
        return
    if stat.S_ISREG(mode) and mode & 0o077:
        raise NotSaved(
            "cannot_open",
            f"{file} holds passwords and can be read by others (mode {stat.S_IMODE(mode):04o}): chmod 600 it",
        )


def _is_local(host: str) -> bool:
    if host.startswith(("/", "@")) or host.casefold() in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def server_text(server: Mapping[str, str]) -> str:
    """Return one server as a part of a file of settings (TOML)."""
    lines = [f"{name} = {_quoted(value)}" for name, value in server.items()]
    return "\n".join(("[[server]]", *lines, ""))


def _quoted(text: str) -> str:
    escaped = "".join(f"\\u{ord(sign):04x}" if ord(sign) < 32 or sign in '"\\\x7f' else sign for sign in text)
    return f'"{escaped}"'
