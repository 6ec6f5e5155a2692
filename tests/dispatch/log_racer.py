"""A seat that is told which unit to send, and says whether it got it.

`python -m tests.dispatch.log_racer ADDRESS KEYS SEAT` reads lines `UNIT INCIDENT` and answers `won` or the refusal.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from dispatch.commands import AssignUnits, Choice, Command, Who
from dispatch.engine import Engine
from dispatch.log import open_log
from dispatch.refused import Refused


def main() -> None:
    address, keys, seat = sys.argv[1:]
    engine = Engine(open_log(address, key_folder=Path(keys)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        unit, incident = line.split()
        body = AssignUnits(int(incident), (Choice(unit),))
        who = Who(seat, "operator", "", seat)
        try:
            engine.do(Command(f"{seat}/{unit}", datetime.now(UTC), who, body, engine.state.sequence))
            sys.stdout.write("won\n")
        except Refused as refused:
            sys.stdout.write(f"{refused}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
