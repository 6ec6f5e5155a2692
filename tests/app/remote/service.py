"""A map service on this machine that tests ask: XYZ, WMS and WMTS, and every way in which one misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np


def png(colour: tuple[int, ...] = (200, 30, 30), side: int = 256) -> bytes:
    """Make a PNG of one colour."""
    import warnings

    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(driver="PNG", width=side, height=side, count=len(colour), dtype="uint8") as picture:
            picture.write(np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (len(colour), side, side)))
        return bytes(memory.read())


class Service:
    """What was asked, and how to answer next. behaviour: "good" or the name of a misdeed."""

    def __init__(self) -> None:
        self.behaviour = "good"
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.together = 0
        self.most_together = 0
        self.delay_s = 0.0
        self.retry_after = ""
        self.picture = png()
        self.document = b""
        self.lock = threading.Lock()
        self.address = ""


class _Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer as the service is told to."""
        service = self.service
        with service.lock:
            service.asked.append(self.path)
            service.agents.add(self.headers.get("User-Agent", ""))
            service.together += 1
            service.most_together = max(service.most_together, service.together)
        try:
            time.sleep(service.delay_s)
            self._answer(service)
        except OSError:
            self.close_connection = True  # the other side gave up
        finally:
            with service.lock:
                service.together -= 1

    def _answer(self, service: Service) -> None:
        path = urlsplit(self.path).path
        if "GetCapabilities" in self.path or path.endswith(".xml"):
            self._send(200, service.document, "text/xml")
        elif service.behaviour == "good" or path.startswith("/good"):
            self._send(200, service.picture, "image/png")
        elif service.behaviour.isdigit():
            self._send(int(service.behaviour), b"no", "text/plain")
        elif service.behaviour == "html":
            self._send(200, b"<html><script>alert(1)</script></html>", "image/png")
        elif service.behaviour == "loop":
            self._send(302, b"", "text/plain", location=self.path + "x")
        elif service.behaviour == "once":
            self._send(302, b"", "text/plain", location="/good" + self.path)
        elif service.behaviour == "file":
            self._send(302, b"", "text/plain", location="file:///etc/passwd")
        elif service.behaviour == "big":
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            for _ in range(64):
                self.wfile.write(b"\x89PNG\r\n\x1a\n" + bytes(1 << 18))
        elif service.behaviour == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(service.picture[:50])
            self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        if self.service.retry_after:
            self.send_header("Retry-After", self.service.retry_after)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_service() -> Iterator[Service]:
    """Run a service on a free port of the loopback."""
    service = Service()
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def query_of(path: str) -> dict[str, str]:
    """Answer the query of a path that was asked, its names in capitals."""
    return {name.upper(): values[0] for name, values in parse_qs(urlsplit(path).query, True).items()}
