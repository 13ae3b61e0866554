"""Mail: what is to go out, and the server that takes it.

Nothing here knows why a mail is sent. A mail that a server did not take leaves as MailNotSent with a sentence that
never has the password in it, nor what the server said about it.
"""

import mimetypes
import smtplib
import socket
import ssl
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from pathlib import Path, PurePath
from typing import NoReturn

from reference.mail_address import is_mail_address
from reference.texts import say
from reference.trouble import Trouble
from warehouse.settings import OFFICE_TIME, Settings

#: Mail servers' port for connections that are encrypted from the first byte.
_TLS_PORT = 465
#: What this machine's own list of types may lack.
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xls": "application/vnd.ms-excel",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_ANSWER = 200
#: Characters of a header's line, beside its name.
_LONGEST_LINE = 60
#: The server's answer before it parts from us, whatever was said to it.
_CLOSING = 421


class MailNotSent(Trouble):
    """A mail did not go out, or no server was found that takes it.

    `is_everybodys`: another mail would fare the same (no server, no sign-in). `may_have_gone`: the connection was lost
    after the mail was handed over and before the server said that it has it.
    """

    def __init__(
        self, text: str, /, *, is_everybodys: bool = False, may_have_gone: bool = False, **values: str | int
    ) -> None:
        super().__init__(text)
        self.text, self._values = text, values
        self.is_everybodys, self.may_have_gone = is_everybodys, may_have_gone

    def sentence(self, language: str) -> str:
        return say(self.text, language, **self._values)

    def __str__(self) -> str:
        return self.sentence("en")


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets a mail; the name may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; what it is follows from the ending of its name."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail: the text is what everybody can read, `html` the same for programs that show it. `from_name` is what the
    sender is called beside the address of the settings."""

    to: tuple[Recipient, ...]
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    from_name: str = ""


def is_configured(settings: Settings) -> bool:
    """Whether there is a server to send by, and an address to send from."""
    return bool(settings.smtp_host and settings.smtp_from)


def send(settings: Settings, mails: Iterable[Mail]) -> int:
    """Hand the mails to the server, over one connection; returns how many went out.

    A mail that is refused stops none of the others. Raises MailNotSent in the end, for the first that did not go out.
    """
    sent, troubles = 0, []
    with posting(settings) as post:
        for mail in mails:
            try:
                post.send(mail)
                sent += 1
            except MailNotSent as trouble:
                troubles.append(trouble)
                if trouble.is_everybodys:
                    break
    if troubles:
        raise troubles[0]
    return sent


@contextmanager
def posting(settings: Settings) -> Iterator["Post"]:
    """A connection for many mails. Raises MailNotSent where nothing is configured, or no server is met."""
    post = Post(settings)
    try:
        post.connect()
        yield post
    finally:
        post.close()


class Post:
    """The server, met as the settings say; connected to again where it has broken off."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = f"{settings.smtp_host}:{settings.smtp_port}"
        self._smtp: smtplib.SMTP | None = None

    def connect(self) -> smtplib.SMTP:
        """The connection, signed in; made where there is none."""
        if self._smtp is None:
            if not is_configured(self._settings):
                raise MailNotSent("mail_not_configured", is_everybodys=True)
            password = _password(self._settings)
            try:
                self._smtp = self._met()
                self._signed_in(self._smtp, password)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                self._not_met(error)
            except MailNotSent:
                self.close()
                raise
        return self._smtp

    def send(self, mail: Mail) -> None:
        """Hand over one mail. Returns when the server has it; raises MailNotSent otherwise."""
        message = as_message(mail, self._settings)
        to = ", ".join(recipient.address for recipient in mail.to)
        if self._smtp is not None and not self._is_alive(self._smtp):
            # It has waited too long for the next mail; nothing of that was said yet.
            self._drop()
        smtp = self.connect()
        try:
            self._announce(smtp, mail)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            self._not_met(error)
        try:
            code, answer = smtp.data(message)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # The next one would perhaps be lost, too: nobody knows what has become of the server.
            self._drop()
            raise MailNotSent(
                "mail_perhaps",
                is_everybodys=True,
                may_have_gone=True,
                server=self._server,
                to=to,
                detail=_said(error),
            ) from error
        if code != 250:
            self._afresh()
            raise MailNotSent("mail_refused", server=self._server, to=to, detail=_answer(code, answer))

    def close(self) -> None:
        """Part from the server; what it says to that is of no matter."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        """Part without a word from a server that does not answer."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _met(self) -> smtplib.SMTP:
        settings = self._settings
        host, port, seconds = settings.smtp_host, settings.smtp_port, settings.smtp_seconds
        security = settings.smtp_security
        if security == "auto":
            security = "tls" if port == _TLS_PORT else "auto"
        if security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=seconds, context=self._certificates())
        smtp = smtplib.SMTP(host, port, timeout=seconds)
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        if security != "none" and smtp.has_extn("starttls"):
            smtp.starttls(context=self._certificates())
            smtp.ehlo_or_helo_if_needed()
        elif security == "starttls":
            raise MailNotSent("mail_no_starttls", is_everybodys=True, server=self._server)
        return smtp

    def _certificates(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.smtp_security == "auto" and _is_this_machine(self._settings.smtp_host):
            # Nobody stands between, and a relay of one's own has a certificate that nobody vouches for.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _signed_in(self, smtp: smtplib.SMTP, password: str) -> None:
        if not self._settings.smtp_user:
            return
        is_plain = not isinstance(smtp.sock, ssl.SSLSocket)
        if is_plain and not _is_this_machine(self._settings.smtp_host):
            raise MailNotSent("mail_plain", is_everybodys=True, server=self._server)
        # What the server answers may hold what was sent to it: its number alone is told on, and no error is kept.
        refused = ""
        try:
            smtp.login(self._settings.smtp_user, password)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPAuthenticationError as error:
            refused = str(error.smtp_code)
        except (smtplib.SMTPException, UnicodeError):
            refused = "AUTH"
        if refused:
            raise MailNotSent("mail_sign_in", is_everybodys=True, server=self._server, detail=refused)

    def _not_met(self, error: Exception) -> NoReturn:
        server, text, detail = self._server, "mail_unreachable", _said(error)
        # smtplib says of a server that does not answer that it has broken off.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            seconds = self._settings.smtp_seconds
            raise MailNotSent("mail_hangs", is_everybodys=True, server=server, seconds=seconds) from error
        if isinstance(error, socket.gaierror):
            raise MailNotSent("mail_unknown_host", is_everybodys=True, server=server) from error
        if isinstance(error, ssl.SSLError):
            text, detail = "mail_tls", getattr(error, "verify_message", "") or error.reason or detail
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            text = "mail_broken_off"
        raise MailNotSent(text, is_everybodys=True, server=server, detail=detail) from error

    def _is_alive(self, smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _announce(self, smtp: smtplib.SMTP, mail: Mail) -> None:
        """Who sends and who is to get it; all of them, or nobody does."""
        sender = self._settings.smtp_from
        code, answer = smtp.mail(sender)
        if code != 250:
            self._afresh()
            said = _answer(code, answer)
            raise MailNotSent("mail_sender", is_everybodys=True, server=self._server, sender=sender, detail=said)
        for recipient in mail.to:
            code, answer = smtp.rcpt(recipient.address)
            if code not in (250, 251):
                self._afresh()
                to, said = recipient.address, _answer(code, answer)
                closing = code == _CLOSING
                raise MailNotSent("mail_recipient", is_everybodys=closing, server=self._server, to=to, detail=said)

    def _afresh(self) -> None:
        """Nothing of a refused mail goes with the next one."""
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()


def as_message(mail: Mail, settings: Settings) -> bytes:
    """The mail as it goes over the line. Raises MailNotSent where a header would not be what it says it is."""
    to = ", ".join(recipient.address for recipient in mail.to) or "–"
    headers = (
        mail.subject,
        mail.from_name,
        *(recipient.name for recipient in mail.to),
        *(each.name for each in mail.attachments),
    )
    for header in headers:
        _unless_injected(to, header)
    for recipient in mail.to:
        if not is_mail_address(recipient.address):
            _refuse(to, recipient.address)
    if not mail.to:
        _refuse(to, "To")
    message = _body(mail)
    message["From"] = _address(settings.smtp_from, mail.from_name)
    message["To"] = ", ".join(_address(recipient.address, recipient.name) for recipient in mail.to)
    message["Subject"] = _encoded(mail.subject)
    message["Date"] = format_datetime(datetime.now(OFFICE_TIME))
    message["Message-ID"] = make_msgid(domain=settings.smtp_from.partition("@")[2])
    # Who is away answers to people, not to this.
    message["Auto-Submitted"] = "auto-generated"
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _body(mail: Mail) -> MIMEBase:
    """What the mail is made of. The newer classes of `email` lose spaces between the encoded words of a long header, so
    that these are the older ones."""
    body: MIMEBase = _text(mail.text, "plain")
    if mail.html is not None:
        body = MIMEMultipart("alternative", _subparts=[body, _text(mail.html, "html")])
    if mail.attachments:
        body = MIMEMultipart("mixed", _subparts=[body, *map(_file, mail.attachments)])
    return body


def _text(text: str, subtype: str) -> MIMEText:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    # The classes know a charset that is an object, their types one that is a name.
    return MIMEText(text, subtype, charset)  # type: ignore[arg-type]


def _file(each: Attachment) -> MIMEBase:
    main, _, sub = _type_of(each.name).partition("/")
    part = MIMEBase(main, sub)
    if main == "text":
        # Text of ours is UTF-8, and has no other way to say so.
        part.set_param("charset", "utf-8")
    part.set_payload(each.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", PurePath(each.name).name))
    return part


def _address(address: str, name: str) -> str:
    return f"{_encoded(name)} <{address}>" if name else address


def _encoded(text: str) -> str:
    """A name or a subject as it stands in a header: whatever is in it, it is nothing but text there."""
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE).encode(linesep="\r\n")


def _unless_injected(to: str, header: str) -> None:
    """A header is one line, and no character in it is there to be acted upon rather than read."""
    for character in header:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            _refuse(to, f"U+{ord(character):04X}")


def _refuse(to: str, what: str) -> NoReturn:
    raise MailNotSent("mail_bad_header", to=_shown(to), detail=_shown(what))


def _type_of(name: str) -> str:
    known = _TYPES.get(PurePath(name).suffix.lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _password(settings: Settings) -> str:
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        raise MailNotSent("mail_no_password", is_everybodys=True)
    if not settings.smtp_password_file:
        return ""
    try:
        return Path(settings.smtp_password_file).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise MailNotSent("mail_password_file", is_everybodys=True, detail=settings.smtp_password_file) from error


def _is_this_machine(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, _bytes(error.smtp_error))
    return _shown(str(error) or type(error).__name__)


def _bytes(answer: bytes | str) -> bytes:
    return answer.encode() if isinstance(answer, str) else answer


def _answer(code: int, answer: bytes) -> str:
    return _shown(f"{code} {answer.decode('utf-8', 'replace')}")


def _shown(text: str) -> str:
    """On one line of the terminal or of a log, and no longer than one reads."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(line.split())[:_LONGEST_ANSWER]
