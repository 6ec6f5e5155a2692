"""Who may do what in the database of a room: the same as `decide` says, kept by the server itself.

Three roles that nobody signs in with; the users of seats, administrators and readers are members of one. Roles belong
to the whole server, what they may do to one schema, so that several logs on one server share them.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from dispatch import server_checkpoints as checkpoints
from dispatch import server_positions as positions

SERVER_VERSION = 2  # of roles, grants, tables and views together; stands in the table `meta`
SEAT, ADMIN, READER = "opsroom_seat", "opsroom_admin", "opsroom_reader"
ROLES = (SEAT, ADMIN, READER)

SHARED = ("incidents", "cases", "units", "closures")  # views that other departments' tools read
SHARED_TABLES = (*(f"shared_{name}" for name in SHARED), "shared_at")

# What decide may ask of the store in a seat's name, and no more: a reporter's data and an old password's hash are
# erased from a seat (an entry says so first); an entry never is, nor is what an operator was shown. The owner of the
# database alone takes out what was archived (`dispatch.archive`).
GRANTS = {
    SEAT: {
        "meta": "SELECT",
        "entries": "SELECT, INSERT",
        "people": "SELECT, INSERT, UPDATE, DELETE",
        "secrets": "SELECT, INSERT, DELETE",
        "shown": "SELECT, INSERT",
        "archives": "SELECT",
        "bases": "SELECT",
        # Pieces of what is not whole yet, and what an entry says is erased: `server_blobs` holds to that.
        "blobs": "SELECT, INSERT, DELETE",
        "blob_pieces": "SELECT, INSERT, DELETE",
        "blob_uploads": "SELECT, INSERT, DELETE",
        "blobs_erased": "SELECT, INSERT",
        **checkpoints.SEAT_GRANTS,
        **positions.SEAT_GRANTS,
        "presence": "SELECT, INSERT, UPDATE, DELETE",
    },
    # Administration reads the log, erases beside it and keeps the shared tables; it writes no entry either.
    ADMIN: {
        "meta": "SELECT",
        "entries": "SELECT",
        "people": "SELECT, DELETE",
        "secrets": "SELECT, DELETE",
        "shown": "SELECT",
        "archives": "SELECT",
        "bases": "SELECT",
        **dict.fromkeys(("blobs", "blob_pieces", "blob_uploads"), "SELECT, DELETE"),
        "blobs_erased": "SELECT, INSERT",
        **positions.ADMIN_GRANTS,
        **dict.fromkeys(SHARED_TABLES, "SELECT, INSERT, UPDATE, DELETE"),
    },
    # Others read the views; no names, no words of callers, no log.
    READER: {**dict.fromkeys(SHARED, "SELECT"), "shared_at": "SELECT", **positions.READER_GRANTS},
}

NEVER_CHANGE = """CREATE OR REPLACE FUNCTION {schema}.entries_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('opsroom.archiving', true) = 'on' THEN
        IF OLD.sequence <= (SELECT max(upto) FROM {schema}.archives) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'entries of a log are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$"""
NEVER_CHANGE_TRIGGERS = (
    """CREATE OR REPLACE TRIGGER entries_never_change BEFORE UPDATE OR DELETE ON {schema}.entries
    FOR EACH ROW EXECUTE FUNCTION {schema}.entries_never_change()""",
    """CREATE OR REPLACE TRIGGER entries_never_cut BEFORE TRUNCATE ON {schema}.entries
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.entries_never_change()""",
)
MAKE_ROLE = """DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$"""


def role_statements() -> Iterator[sql.Composed]:
    """Yield what makes the roles where they are not there."""
    for role in ROLES:
        yield sql.SQL(MAKE_ROLE).format(role=sql.Identifier(role))


def grant_statements(schema: str) -> Iterator[sql.Composed]:
    """Yield what takes everything on a schema from the roles and everybody, and gives each role what is its own."""
    where = sql.Identifier(schema)
    yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(where)
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM PUBLIC").format(where)
    for role, grants in GRANTS.items():
        yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(where, sql.Identifier(role))
        yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(where, sql.Identifier(role))
        yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(where, sql.Identifier(role))
        for table, rights in grants.items():
            yield sql.SQL("GRANT {} ON {} TO {}").format(
                sql.SQL(rights), sql.Identifier(schema, table), sql.Identifier(role)
            )


def guard_statements(schema: str) -> Iterator[sql.Composed]:
    """Yield what keeps entries from being changed by anybody, the owner of the table included."""
    for statement in (NEVER_CHANGE, *NEVER_CHANGE_TRIGGERS):
        yield sql.SQL(statement).format(schema=sql.Identifier(schema))
