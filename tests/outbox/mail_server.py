"""A real mail server on loopback, which keeps what it is given, and misbehaves as it is told to."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.conftest import MakeSettings
from warehouse.settings import Settings

FROM = "btc@office.example"


@dataclass
class Office:
    """The server's side: what came, and how it treats what comes."""

    port: int = 0
    #: Each mail with those whom it was handed over for.
    received: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0
    refused: frozenset[str] = frozenset()
    refuses_sender: bool = False
    refuses_content: bool = False
    #: The number of the mail (the first is 1) in the middle of which it breaks off; all of its later connections, too.
    dies_at: int | None = None
    is_dead: bool = False
    #: Called for each mail that it has taken.
    on_mail: Callable[[], object] = lambda: None

    @property
    def mails(self) -> list[EmailMessage]:
        return [mail for _, mail in self.received]

    @property
    def addresses(self) -> list[str]:
        return [address for to, _ in self.received for address in to]

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        if self.is_dead:
            self._die(server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return "550 who are you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses_content:
            return "552 too big"
        if self.dies_at == len(self.received) + 1:
            self.is_dead = True
            self._die(server)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if not self.is_dead:
            self.on_mail()
            self.raw.append(envelope.content)
            self.received.append((tuple(envelope.rcpt_tos), message))
        return "250 OK"

    @staticmethod
    def _die(server: SMTP) -> None:
        assert server.transport is not None
        server.transport.abort()


@contextmanager
def mail_server(
    office: Office | None = None, password: str | None = None, certificate: ssl.SSLContext | None = None, **ways: Any
) -> Iterator[Office]:
    """A server on a free port. With a `password` it wants `btc` to sign in; a certificate is for STARTTLS, or with
    `implicit=True` for a connection that is encrypted from the first byte."""
    office = office or Office()

    def signs_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and given.password.decode() == password
        # Some servers repeat what they were sent.
        return AuthResult(success=is_right, handled=is_right, message=None if is_right else f"535 not {given!r}")

    if password is not None:
        ways |= {"authenticator": signs_in, "auth_required": True, "auth_require_tls": bool(certificate)}
    if ways.pop("implicit", False):
        ways |= {"ssl_context": certificate, "auth_require_tls": False}
    elif certificate is not None:
        ways |= {"tls_context": certificate}
    controller = Controller(office, hostname="127.0.0.1", port=_free_port(), **ways)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop(no_assert=True)


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@contextmanager
def talking_server(*answers: bytes) -> Iterator[int]:
    """A server that gives these answers, one for each thing that is said to it, and then no more."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_answer, args=(listening, answers), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
    thread.join(5)


def _answer(listening: socket.socket, answers: tuple[bytes, ...]) -> None:
    connection, _ = listening.accept()
    with connection:
        for answer in answers:
            connection.sendall(answer)
            connection.recv(65_536)
        while connection.recv(65_536):
            pass


def by_mail(make_settings: MakeSettings, port: int, **values: str) -> Settings:
    """Settings that send by the server at this port."""
    ours = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_FROM": FROM, "SMTP_SECONDS": "1"}
    return make_settings(**ours | values)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
