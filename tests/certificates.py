"""Authorities and certificates of servers for tests, made by the system's own openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, both PEM files."""

    file: Path
    key: Path


def make_authority(folder: Path, name: str) -> Certificate:
    """Make an authority that signs for itself."""
    return _made(folder, name, "-addext", "basicConstraints=critical,CA:TRUE")


def make_certificate(folder: Path, host: str, *, by: Certificate | None) -> Certificate:
    """Make the certificate of a host, signed by an authority, or by itself where there is none."""
    signed = ("-CA", str(by.file), "-CAkey", str(by.key)) if by is not None else ()
    return _made(folder, host, "-addext", f"subjectAltName=DNS:{host}", *signed)


def _made(folder: Path, name: str, *more: str) -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine: install the package openssl")
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", f"/CN={name}", "-out", str(made.file), "-keyout", str(made.key), *more),
        ],
        check=True,
        capture_output=True,
    )
    return made
