"""A target for webhooks on loopback: it answers with given bytes and keeps what it received."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


class Target:
    """Counts connections, keeps requests, and answers each with `talk`.

    port: where it listens. accepted: connections. requests: bytes up to the end of each request's body.
    heard: set when a request is there. left: set when a connection has ended.
    """

    def __init__(self, talk: Talk, *, listens: bool) -> None:
        self.port = 0
        self.accepted = 0
        self.requests: list[bytes] = []
        self.heard, self.left = asyncio.Event(), asyncio.Event()
        self._talk, self._listens = talk, listens

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection."""
        self.accepted += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if self._listens:
                self.requests.append(await _read_request(reader))
                self.heard.set()
            await self._talk(reader, writer)
        self.left.set()
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head


def saying(answer: bytes) -> Talk:
    """Answer with these bytes and close."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return talk


def saying_and_waiting(answer: bytes) -> Talk:
    """Answer with these bytes and then nothing more until the client leaves."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        await reader.read()

    return talk


def repeating(answer: bytes, piece: bytes) -> Talk:
    """Answer with these bytes and then with the piece, over and over, until the client leaves."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return talk


async def resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection with a reset."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    writer.transport.abort()


@asynccontextmanager
async def listening(
    talk: Talk | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    listens: bool = True,
) -> AsyncIterator[Target]:
    """Run a target; `port` 0 takes a free one, and one that does not listen talks at once."""
    target = Target(talk or saying(OK), listens=listens)
    server = await asyncio.start_server(target.serve, host, port, ssl=tls, limit=1 << 20)
    target.port = server.sockets[0].getsockname()[1]
    try:
        yield target
    finally:
        server.close()


def closed_port(host: str = "127.0.0.1") -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


class ScriptedResolver(AbstractResolver):
    """Answers each question for a name with the next of its answers, the last one for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("_", "."): list(series) for name, series in answers.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses, or fail like the machine's resolver."""
        self.asked.append(host)
        series = self._answers.get(host)
        if series is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = series.pop(0) if len(series) > 1 else series[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


class Authority:
    """A certificate authority of this run, which only `client_context` trusts."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")])
        now = datetime.now(UTC)
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=100))
            .not_valid_after(now + timedelta(days=1000))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def client_context(self) -> ssl.SSLContext:
        """Return what verifies this authority's certificates."""
        pem = self._certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server_context(self, folder, host: str, expires_at: datetime) -> ssl.SSLContext:
        """Return what a server for `host` identifies itself with; its files go into `folder`."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(days=90))
            .not_valid_after(expires_at)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        chain = folder / f"{host}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context
