"""A narrow wire between a seat and its server: it passes so many bytes a second, or none at all."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

_PIECE = 2_048


class SlowProxy:
    """Pass TCP on to a port of this machine at `bytes_per_s` towards the seats; None passes all at once, 0 nothing."""

    def __init__(self, port: int, bytes_per_s: float | None = None) -> None:
        self.bytes_per_s = bytes_per_s
        self.passed = 0
        self._to = port
        self._is_over = False
        self._turn = threading.Lock()  # all lines of a seat share its wire
        self._free_s = 0.0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._is_over = True
        for line in (self._listening, *self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                # Small buffers, so that a burst does not slip past the wire into the kernel.
                far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
                self._lines += [near, far]
                threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(far, near), kwargs={"is_slow": True}, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, *, is_slow: bool = False) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(_PIECE):
                while self.bytes_per_s == 0 and not self._is_over:
                    time.sleep(0.02)
                if is_slow and self.bytes_per_s:
                    self._wait_for(len(content) / self.bytes_per_s)
                self.passed += len(content) if is_slow else 0
                sink.sendall(content)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _wait_for(self, span_s: float) -> None:
        with self._turn:
            now_s = time.monotonic()
            self._free_s = max(now_s, self._free_s) + span_s
            wait_s = self._free_s - now_s
        time.sleep(wait_s)
