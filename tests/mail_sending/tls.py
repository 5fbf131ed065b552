"""Certificates for the tests' servers: right ones, and every kind of wrong one."""

from __future__ import annotations

import datetime as dt
import functools
import ssl
from pathlib import Path

import trustme


class Authority:
    """A certificate authority; `file` holds its own certificate."""

    def __init__(self, folder: Path, authority: trustme.CA) -> None:
        self._authority = authority
        self.file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.file))

    @functools.cache  # noqa: B019 - a handful of names, and the authority lives as long as the tests
    def server(self, name: str, *, days: int = 30) -> ssl.SSLContext:
        """Return what a server named `name` protects its lines with; past `days`, its certificate is not valid."""
        until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
        since = until - dt.timedelta(days=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(name, not_before=since, not_after=until).configure_cert(context)
        return context

    def pem(self, name: str) -> bytes:
        """Return the certificate of a server named `name` with its key, for a program of its own."""
        leaf = self._authority.issue_cert(name)
        return b"".join(each.bytes() for each in (leaf.private_key_pem, *leaf.cert_chain_pems))
