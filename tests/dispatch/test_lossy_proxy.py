"""The wire that tests cut: what was on its way arrives when it is mended, unless its sender has gone."""

from __future__ import annotations

import select
import socket

import pytest

from tests.dispatch.lossy_proxy import LossyProxy


@pytest.mark.skipif(not hasattr(select, "POLLRDHUP"), reason="only Linux tells that a caller has hung up")
def test_a_server_sees_none_of_those_who_hung_up_while_the_wire_was_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        wire = LossyProxy(server.getsockname()[1])
        wire.cut()
        for number in range(20):
            with socket.create_connection(("127.0.0.1", wire.port)) as gone:
                gone.sendall(b"gone %d" % number)
        with socket.create_connection(("127.0.0.1", wire.port)) as waits:
            waits.sendall(b"waits")
            wire.mend()
            called, _ = server.accept()
            assert called.recv(100) == b"waits"
            called.close()
            server.settimeout(0.2)
            with pytest.raises(TimeoutError):
                server.accept()
        wire.close()
