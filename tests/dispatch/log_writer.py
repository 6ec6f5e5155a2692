"""A program that writes a log and says what is durable: tests kill it, starve it and lock it out.

`python -m tests.dispatch.log_writer ADDRESS KEYS COUNT [BYTES]` appends entries one after another, prints each number
once it is acknowledged, and ends with the code of NotSaved if the store fails. BYTES limits the size of its files.
With `again` for COUNT it has a writer without end for each line that it reads: it says its process id, and `over`
once somebody has killed it. To load the program takes longer than all that such a one does.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from dispatch.log import NotSaved, open_log
from tests.dispatch.logs import note, opened

ENDLESS = 100_000


def main() -> None:
    address, keys = sys.argv[1], Path(sys.argv[2])
    if sys.argv[3] == "again":
        importlib.import_module("dispatch.log_sqlite")  # here, not in each of them
        for _ in sys.stdin:
            process = os.fork()
            if not process:
                write(address, keys, ENDLESS)
                os._exit(1)
            os.waitpid(process, 0)
            sys.stdout.write("over\n")
            sys.stdout.flush()
    else:
        write(address, keys, int(sys.argv[3]))
        sys.stdin.read()  # hold the log until told


def write(address: str, keys: Path, count: int) -> None:
    log = open_log(address, key_folder=keys)
    if len(sys.argv) > 4:
        import resource  # POSIX only
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
    sys.stdout.write(f"read only: {log.held_by}\n" if log.is_read_only else f"opened {os.getpid()}\n")
    sys.stdout.flush()
    for sequence in range(log.head + 1, log.head + count + 1):
        try:
            log.append(opened() if sequence == 1 else note(sequence, "x" * (sequence * 37 % 3000)))
        except NotSaved as error:
            sys.stdout.write(f"{error.code}\n")
            sys.stdout.flush()
            break
        sys.stdout.write(f"{sequence}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
