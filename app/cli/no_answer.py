"""How a command says that there is no answer: lines for people, and with --json one object for programs."""

from __future__ import annotations

import json
import sys


def say_no(command: str, why: object, *, error: str, as_json: bool) -> None:
    """Print why on standard error, line by line; `as_json` prints {error, message, problems [text]} too."""
    from dispatch.log_export import one_line

    lines = [one_line(line) for line in str(why).splitlines()] or [type(why).__name__]
    if as_json:
        print(json.dumps({"error": error, "message": lines[0], "problems": lines}, ensure_ascii=False), flush=True)
    for line in lines:
        print(f"opsroom {command}: {line}", file=sys.stderr)
