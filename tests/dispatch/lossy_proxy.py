"""A wire between a seat and its server that a test can cut without telling either end."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class LossyProxy:
    """Pass TCP on to a port of this machine; while `cut`, take what comes and pass nothing on, as a bad firewall does.

    What was on its way when the wire was cut arrives when it is mended, if its sender has not gone.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._is_whole = threading.Event()
        self._is_whole.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_whole.clear()

    def mend(self) -> None:
        self._is_whole.set()

    def close(self) -> None:
        self._is_whole.set()
        for line in (self._listening, *tuple(self._lines)):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._lines.append(near)
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._is_whole.wait()
        if has_hung_up(near):  # of those that knocked for ten minutes the server is to see the last alone
            near.close()
            self._lines.remove(near)
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:  # nobody is there: the one who called hears it as if there were no wire between
            near.close()
            self._lines.remove(near)
            return
        self._lines.append(far)
        back = threading.Thread(target=self._pass_on, args=(near, far), daemon=True)
        back.start()
        self._pass_on(far, near)
        back.join()
        for line in (near, far):
            line.close()
            self._lines.remove(line)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                self._is_whole.wait()
                sink.sendall(content)
        self._is_whole.wait()
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def has_hung_up(line: socket.socket) -> bool:
    """Tell whether the other end has closed a connection, also where what it said before is not read yet."""
    if not hasattr(select, "POLLRDHUP"):  # Linux alone tells
        return False
    watch = select.poll()
    watch.register(line, select.POLLRDHUP)
    return bool(watch.poll(0))
