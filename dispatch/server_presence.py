"""The table in which the seats of a room say that they are there, and what each has in hand."""

from __future__ import annotations

# One row a running program: two with one seat's name are seen to be two. Instants are the server's. Who calls
# and what they say is no business of this table. Rows are written every few seconds: half of each page stays free.
PRESENCE_TABLES = {
    "presence": """(
        seat TEXT NOT NULL, instance TEXT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL,
        department TEXT NOT NULL, incident_id BIGINT, case_id BIGINT, taking_call_since TIMESTAMPTZ,
        clock_ahead_s DOUBLE PRECISION, clock_within_s DOUBLE PRECISION NOT NULL DEFAULT 0,
        is_island BOOLEAN NOT NULL, program TEXT NOT NULL,
        began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (seat, instance)
    ) WITH (fillfactor = 50)""",
}
