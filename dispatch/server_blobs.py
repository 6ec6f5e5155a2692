"""The tables of photographs and recordings that a room shares, and what the server itself holds of their rules.

Contents go by their SHA-256. Pieces come first, each on its own, so that a long recording goes on where it was cut;
the row in `blobs` comes last, in one transaction, and only over all of its pieces: no other seat sees a part of one.
What is whole is never changed. It is erased by whoever names the entry of the log that says so, and then no seat brings
it back, not even one that was away meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

BLOB_TABLES = {
    "blobs": """(
        sha256 TEXT PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{{64}}$'), media_type TEXT NOT NULL,
        size_bytes BIGINT NOT NULL CHECK (size_bytes > 0), pieces INTEGER NOT NULL CHECK (pieces > 0),
        seat TEXT NOT NULL, stored_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
    "blob_pieces": """(
        sha256 TEXT NOT NULL CHECK (sha256 ~ '^[0-9a-f]{{64}}$'), number INTEGER NOT NULL CHECK (number >= 0),
        body BYTEA NOT NULL CHECK (octet_length(body) BETWEEN 1 AND 1048576), PRIMARY KEY (sha256, number)
    )""",
    "blob_uploads": """(
        sha256 TEXT PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{{64}}$'), seat TEXT NOT NULL, pieces INTEGER NOT NULL,
        begun_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
    "blobs_erased": """(
        sha256 TEXT PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{{64}}$'), sequence BIGINT NOT NULL,
        erased_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
}

# The words of the entry and the name of the photograph stand in an entry's bytes as they are (see `dispatch.codec`).
_ORDERED = (
    "position(convert_to('PhotographErased', 'UTF8') in body) > 0 AND position(convert_to({}, 'UTF8') in body) > 0"
)
ORDER_SQL = f"SELECT sequence FROM entries WHERE {_ORDERED.format('%s')} ORDER BY sequence DESC LIMIT 1"

ERASED_STATE, WHOLE_STATE = "OPE01", "OPE02"  # of SQL: what a seat hears that comes too late
_REFUSE = "RAISE EXCEPTION '{}' USING ERRCODE = 'insufficient_privilege'"
_IS_ERASED = f"RAISE EXCEPTION 'the log says that this is erased' USING ERRCODE = '{ERASED_STATE}'"
_IS_WHOLE = f"RAISE EXCEPTION 'this is whole already' USING ERRCODE = '{WHOLE_STATE}'"
_GUARDS = {
    "blobs_complete": (
        "BEFORE INSERT ON {schema}.blobs FOR EACH ROW",
        f"""DECLARE found BIGINT; bytes BIGINT; highest INTEGER;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(NEW.sha256, 0));
            IF EXISTS (SELECT 1 FROM {{schema}}.blobs_erased e WHERE e.sha256 = NEW.sha256) THEN
                {_IS_ERASED};
            END IF;
            SELECT count(*), sum(octet_length(p.body)), max(p.number) INTO found, bytes, highest
                FROM {{schema}}.blob_pieces p WHERE p.sha256 = NEW.sha256;
            IF found <> NEW.pieces OR highest <> NEW.pieces - 1 OR bytes <> NEW.size_bytes THEN
                RAISE EXCEPTION 'pieces are missing' USING ERRCODE = 'check_violation';
            END IF;
            DELETE FROM {{schema}}.blob_uploads u WHERE u.sha256 = NEW.sha256;
            RETURN NEW;
        END""",
    ),
    "blobs_kept": (
        "BEFORE DELETE ON {schema}.blobs FOR EACH ROW",
        f"""BEGIN
            IF NOT EXISTS (SELECT 1 FROM {{schema}}.blobs_erased e WHERE e.sha256 = OLD.sha256) THEN
                {_REFUSE.format("no entry of the log says that this is erased")};
            END IF;
            RETURN OLD;
        END""",
    ),
    "blob_pieces_open": (
        "BEFORE INSERT ON {schema}.blob_pieces FOR EACH ROW",
        f"""BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.sha256, 0));
            IF EXISTS (SELECT 1 FROM {{schema}}.blobs_erased e WHERE e.sha256 = NEW.sha256) THEN
                {_IS_ERASED};
            END IF;
            IF EXISTS (SELECT 1 FROM {{schema}}.blobs b WHERE b.sha256 = NEW.sha256) THEN
                {_IS_WHOLE};
            END IF;
            RETURN NEW;
        END""",
    ),
    "blob_pieces_kept": (
        "BEFORE DELETE ON {schema}.blob_pieces FOR EACH ROW",
        f"""BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtextextended(OLD.sha256, 0));
            IF EXISTS (SELECT 1 FROM {{schema}}.blobs b WHERE b.sha256 = OLD.sha256)
                AND NOT EXISTS (SELECT 1 FROM {{schema}}.blobs_erased e WHERE e.sha256 = OLD.sha256) THEN
                {_REFUSE.format("no entry of the log says that this is erased")};
            END IF;
            RETURN OLD;
        END""",
    ),
    "blobs_erased_ordered": (
        "BEFORE INSERT ON {schema}.blobs_erased FOR EACH ROW",
        f"""BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(NEW.sha256, 0));
            IF NOT EXISTS (
                SELECT 1 FROM {{schema}}.entries WHERE sequence = NEW.sequence AND {_ORDERED.format("NEW.sha256")}
            ) THEN
                {_REFUSE.format("that entry of the log does not say that this is erased")};
            END IF;
            RETURN NEW;
        END""",
    ),
}


def blob_statements(schema: str) -> Iterator[sql.Composed]:
    """Yield what makes the rules of these tables, once they are there; harmless when repeated."""
    where = sql.Identifier(schema)
    # A photograph is packed already: the server would try in vain.
    yield sql.SQL("ALTER TABLE {}.blob_pieces ALTER COLUMN body SET STORAGE EXTERNAL").format(where)
    for name, (when, body) in _GUARDS.items():
        text = (
            "CREATE OR REPLACE FUNCTION {schema}." + name + "() RETURNS trigger LANGUAGE plpgsql AS $$ " + body + " $$"
        )
        yield sql.SQL(text).format(schema=where)
        table = "CREATE OR REPLACE TRIGGER " + name + " " + when + " EXECUTE FUNCTION {schema}." + name + "()"
        yield sql.SQL(table).format(schema=where)
