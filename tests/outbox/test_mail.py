"""Mail over a real server: what arrives, and what is said when it does not."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outbox.mail import Attachment, Mail, MailNotSent, Recipient, posting, send
from tests.conftest import MakeSettings
from tests.outbox.mail_server import FROM, Office, by_mail, mail_server, silent_server, talking_server

# The server warns of what is meant here: on this machine a password may go over a plain connection.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")

MAIL = Mail((Recipient("xa@commune.example", "Phường Đông Phong"),), "Nhắc gửi báo cáo tháng 9/2020", "Kính gửi …\n")
PASSWORD = "nobody-knows-9281"


def to(*addresses: str) -> list[Mail]:
    return [replace(MAIL, to=(Recipient(address),)) for address in addresses]


def shown(raw: bytes, header: str) -> str:
    """A header as programs show it; the newer classes of `email` part what was encoded in several words."""
    return str(make_header(decode_header(message_from_bytes(raw)[header])))


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return str(path)


def test_a_mail_arrives_as_it_was_written_with_its_attachments(make_settings: MakeSettings) -> None:
    files = (Attachment("Báo cáo.xlsx", b"PK\x03\x04 \x00 \xff"), Attachment("thư.txt", "đã nhận".encode()))
    mail = replace(MAIL, html="<p>Kính gửi …</p>", attachments=files, from_name="Ban Tổ chức Thành ủy")
    with mail_server() as office:
        assert send(by_mail(make_settings, office.port), [mail]) == 1
    (got,) = office.mails
    assert got["Subject"] == MAIL.subject
    assert str(got["To"]) == '"Phường Đông Phong" <xa@commune.example>'.replace('"', "")
    assert str(got["From"]) == f"Ban Tổ chức Thành ủy <{FROM}>"
    assert got["Message-ID"].endswith("@office.example>")
    assert got["Auto-Submitted"] == "auto-generated"
    written = parsedate_to_datetime(got["Date"])
    assert written.utcoffset() == timedelta(hours=7)
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == (MAIL.text.strip(), mail.html)
    xlsx, txt = got.iter_attachments()
    assert (xlsx.get_filename(), xlsx.get_content()) == ("Báo cáo.xlsx", files[0].content)
    assert xlsx.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (txt.get_filename(), txt.get_content()) == ("thư.txt", "đã nhận")


def test_long_headers_keep_every_letter_and_every_space(make_settings: MakeSettings) -> None:
    """Wherever a header is broken into lines and encoded words."""
    words = "Báo cáo tổng hợp kết nạp đảng viên tháng 8/2015 của phường Quyết Thắng, thành phố Lai Châu"
    subjects = [words[:end] for end in range(24, len(words), 6)]
    name = "Ban Tổ chức Phường Đông Phong, Phường Quyết Thắng (thành phố Lai Châu)"
    two = (Recipient("a@x.example", name), Recipient("b@x.example", name))
    with mail_server() as office:
        send(
            by_mail(make_settings, office.port),
            [replace(MAIL, to=two, subject=subject, from_name=name) for subject in subjects],
        )
    assert [mail["Subject"] for mail in office.mails] == subjects
    assert {shown(office.raw[0], header) for header in ("To", "From")} == {
        f"{name} <a@x.example>, {name} <b@x.example>",
        f"{name} <{FROM}>",
    }
    assert {each.addr_spec for mail in office.mails for each in mail["To"].addresses} == {"a@x.example", "b@x.example"}


def test_many_mails_go_over_one_connection(make_settings: MakeSettings) -> None:
    with mail_server() as office:
        assert send(by_mail(make_settings, office.port), to("a@x.example", "b@x.example", "c@x.example")) == 3
    assert office.addresses == ["a@x.example", "b@x.example", "c@x.example"]
    assert len({mail["Message-ID"] for mail in office.mails}) == 3
    assert office.connections == 1


def test_a_refused_recipient_stops_no_other_mail_and_is_named(make_settings: MakeSettings) -> None:
    with mail_server(Office(refused=frozenset({"b@x.example"}))) as office, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, office.port), to("a@x.example", "b@x.example", "c@x.example"))
    assert office.addresses == ["a@x.example", "c@x.example"]
    for language in ("vi", "en"):
        assert "b@x.example (550 no such mailbox)" in trouble.value.sentence(language)
    assert not trouble.value.is_everybodys
    assert not trouble.value.may_have_gone


def test_a_mail_goes_to_all_who_are_to_get_it_or_to_none(make_settings: MakeSettings) -> None:
    two = replace(MAIL, to=(Recipient("a@x.example"), Recipient("b@x.example")))
    with mail_server(Office(refused=frozenset({"b@x.example"}))) as office, pytest.raises(MailNotSent):
        send(by_mail(make_settings, office.port), [two, *to("c@x.example")])
    assert office.addresses == ["c@x.example"]


@pytest.mark.parametrize(
    ("office", "said", "is_everybodys"),
    [
        (Office(refuses_sender=True), f"{FROM} (550 who are you)", True),
        (Office(refuses_content=True), "xa@commune.example (552 too big)", False),
    ],
)
def test_what_the_server_refuses_is_said_in_its_words(
    make_settings: MakeSettings, office: Office, said: str, is_everybodys: bool
) -> None:
    with mail_server(office), pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, office.port), [MAIL])
    assert said in trouble.value.sentence("en")
    assert (trouble.value.is_everybodys, trouble.value.may_have_gone) == (is_everybodys, False)


def test_a_server_that_dies_in_the_middle_of_a_mail_leaves_that_one_in_doubt_and_the_rest_unsent(
    make_settings: MakeSettings,
) -> None:
    ten = to(*(f"{number}@x.example" for number in range(10)))
    with mail_server(Office(dies_at=5)) as office, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, office.port), ten)
    assert len(office.addresses) == 4
    assert (trouble.value.is_everybodys, trouble.value.may_have_gone) == (True, True)
    assert "4@x.example" in trouble.value.sentence("en")


def test_a_server_that_parted_while_nothing_was_said_is_met_again(make_settings: MakeSettings) -> None:
    with mail_server() as office, posting(by_mail(make_settings, office.port)) as post:
        post.send(MAIL)
        smtp = post.connect()
        assert smtp.sock is not None
        smtp.docmd("QUIT")
        post.send(MAIL)
    assert (len(office.mails), office.connections) == (2, 2)


def test_a_server_that_never_answers_is_waited_for_as_long_as_is_set(make_settings: MakeSettings) -> None:
    with silent_server() as port:
        begun = datetime.now(UTC)
        with pytest.raises(MailNotSent) as trouble:
            send(by_mail(make_settings, port), [MAIL])
    assert datetime.now(UTC) - begun < timedelta(seconds=5)
    assert trouble.value.sentence("en").startswith(f"The mail server 127.0.0.1:{port} did not answer within 1 second (")
    assert (trouble.value.is_everybodys, trouble.value.may_have_gone) == (True, False)


def test_a_server_that_falls_silent_after_the_mail_leaves_it_in_doubt(make_settings: MakeSettings) -> None:
    answers = (b"220 x\r\n", b"250 x\r\n", b"250 OK\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n")
    with talking_server(*answers) as port, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, port), [MAIL])
    assert trouble.value.may_have_gone


def test_a_server_that_falls_silent_before_the_mail_has_not_got_it(make_settings: MakeSettings) -> None:
    with talking_server(b"220 x\r\n", b"250 x\r\n", b"250 OK\r\n") as port, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, port), [MAIL])
    assert (trouble.value.text, trouble.value.may_have_gone) == ("mail_hangs", False)


def test_a_port_where_nobody_listens_and_a_host_that_is_none_are_told_apart(make_settings: MakeSettings) -> None:
    with silent_server() as port:
        pass
    with pytest.raises(MailNotSent) as nobody:
        send(by_mail(make_settings, port), [MAIL])
    assert nobody.value.text == "mail_unreachable"
    with pytest.raises(MailNotSent) as unknown:
        send(by_mail(make_settings, 25, SMTP_HOST="no-such-host.invalid"), [MAIL])
    assert "no-such-host.invalid:25 is not known" in unknown.value.sentence("en")


def test_what_answers_but_is_no_mail_server_is_said(make_settings: MakeSettings) -> None:
    with talking_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, port), [MAIL])
    assert trouble.value.is_everybodys


def test_without_a_server_or_an_address_of_one_s_own_nothing_is_tried(make_settings: MakeSettings) -> None:
    for settings in (make_settings(SMTP_HOST="127.0.0.1"), make_settings(SMTP_FROM=FROM)):
        with pytest.raises(MailNotSent, match="ADMISSIONS_SMTP_HOST and ADMISSIONS_SMTP_FROM"):
            send(settings, [MAIL])


def test_the_right_password_opens_the_door(make_settings: MakeSettings, password_file: str) -> None:
    with mail_server(password=PASSWORD) as office:
        settings = by_mail(make_settings, office.port, SMTP_USER="btc", SMTP_PASSWORD_FILE=password_file)
        assert send(settings, [MAIL]) == 1
    assert len(office.mails) == 1


def test_a_wrong_password_is_said_and_never_told(
    make_settings: MakeSettings, password_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with mail_server(password="another") as office:
        settings = by_mail(make_settings, office.port, SMTP_USER="btc", SMTP_PASSWORD_FILE=password_file)
        with pytest.raises(MailNotSent) as trouble:
            send(settings, to("a@x.example", "b@x.example"))
    assert trouble.value.is_everybodys
    assert "name or the password (535)" in trouble.value.sentence("en")
    told: BaseException | None = trouble.value
    while told is not None:
        assert PASSWORD not in f"{told!r} {told} {vars(told)}"
        told = told.__cause__ or told.__context__
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    assert not any(PASSWORD in record.getMessage() for record in ours)
    assert not office.mails


def test_a_server_without_sign_in_is_said_where_one_is_set(make_settings: MakeSettings, password_file: str) -> None:
    with mail_server() as office:
        settings = by_mail(make_settings, office.port, SMTP_USER="btc", SMTP_PASSWORD_FILE=password_file)
        with pytest.raises(MailNotSent) as trouble:
            send(settings, [MAIL])
    assert trouble.value.text == "mail_sign_in"


def test_a_password_that_cannot_be_read_or_is_none_is_said_before_anybody_is_met(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text("")
    for name in ("missing", "empty"):
        with pytest.raises(MailNotSent, match=str(tmp_path / name)):
            send(by_mail(make_settings, 1, SMTP_USER="btc", SMTP_PASSWORD_FILE=str(tmp_path / name)), [MAIL])
    with pytest.raises(MailNotSent, match="set both or neither"):
        send(by_mail(make_settings, 1, SMTP_USER="btc"), [MAIL])


def test_a_password_goes_over_no_plain_connection_to_another_machine(
    make_settings: MakeSettings, password_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server is this one under a name that is not known to be: the connection goes out as to another machine.
    import socket

    really = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda where, *a, **k: really(("127.0.0.1", where[1]), *a, **k))
    for security in ("auto", "none"):
        with mail_server(password=PASSWORD) as office:
            settings = by_mail(
                make_settings,
                office.port,
                SMTP_HOST="mail.office.example",
                SMTP_USER="btc",
                SMTP_PASSWORD_FILE=password_file,
                SMTP_SECURITY=security,
            )
            with pytest.raises(MailNotSent) as trouble:
                send(settings, [MAIL])
        assert trouble.value.text == "mail_plain"
        assert not office.mails


@contextmanager
def certificate(folder: Path, name: str) -> Iterator[ssl.SSLContext]:
    """A certificate for `name` that it has signed itself; in `folder`, as cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    yield context


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    with certificate(tmp_path, "localhost") as context:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        yield context


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("auto", False), ("tls", True)])
def test_an_encrypted_connection_carries_password_and_mail(
    make_settings: MakeSettings, password_file: str, trusted: ssl.SSLContext, security: str, implicit: bool
) -> None:
    with mail_server(password=PASSWORD, certificate=trusted, implicit=implicit) as office:
        settings = by_mail(
            make_settings,
            office.port,
            SMTP_HOST="localhost",
            SMTP_SECURITY=security,
            SMTP_USER="btc",
            SMTP_PASSWORD_FILE=password_file,
        )
        assert send(settings, [MAIL]) == 1


@pytest.mark.parametrize("security", ["starttls", "auto"])
def test_a_certificate_that_nobody_vouches_for_is_refused_except_by_auto_on_this_machine(
    make_settings: MakeSettings, tmp_path: Path, security: str
) -> None:
    with certificate(tmp_path, "localhost") as context, mail_server(certificate=context) as office:
        settings = by_mail(make_settings, office.port, SMTP_HOST="localhost", SMTP_SECURITY=security)
        if security == "auto":
            assert send(settings, [MAIL]) == 1
        else:
            with pytest.raises(MailNotSent, match="self-signed certificate"):
                send(settings, [MAIL])
            assert not office.mails


def test_starttls_that_is_asked_for_and_not_offered_is_no_plain_connection(make_settings: MakeSettings) -> None:
    with mail_server() as office, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, office.port, SMTP_SECURITY="starttls"), [MAIL])
    assert trouble.value.text == "mail_no_starttls"
    assert not office.mails


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, to=(Recipient("a@x.example", "Xã A\r\nBcc: spy@x.example"),)),
        replace(MAIL, to=(Recipient("a@x.example", "Xã A\u2028Bcc: spy@x.example"),)),
        replace(MAIL, to=(Recipient("a@x.example\r\nRCPT TO:<spy@x.example>"),)),
        replace(MAIL, to=(Recipient("a@x.example> <spy@x.example"),)),
        replace(MAIL, to=(Recipient("a@x.example,spy@x.example"),)),
        replace(MAIL, to=()),
        replace(MAIL, subject="Nhắc\nBcc: spy@x.example"),
        replace(MAIL, from_name="Ban\rBcc: spy@x.example"),
        replace(MAIL, attachments=(Attachment('a.xlsx"\r\nBcc: spy@x.example', b""),)),
    ],
)
def test_nothing_smuggled_into_a_header_is_sent(make_settings: MakeSettings, mail: Mail) -> None:
    with mail_server() as office, pytest.raises(MailNotSent) as trouble:
        send(by_mail(make_settings, office.port), [mail])
    assert trouble.value.text == "mail_bad_header"
    assert "\n" not in trouble.value.sentence("vi")
    assert not office.mails


@pytest.mark.parametrize("name", ['Xã "A", phường <B>', "a@b.example, c@d.example", "=?utf-8?q?x?=", "X" * 300])
def test_a_name_is_a_name_whatever_stands_in_it(make_settings: MakeSettings, name: str) -> None:
    with mail_server() as office:
        send(by_mail(make_settings, office.port), [replace(MAIL, to=(Recipient("a@x.example", name),))])
    assert office.addresses == ["a@x.example"]
    (address,) = office.mails[0]["To"].addresses
    assert address.addr_spec == "a@x.example"
    assert shown(office.raw[0], "To") == f"{name} <a@x.example>"


def test_lines_of_the_text_that_look_like_the_end_of_a_mail_are_text(make_settings: MakeSettings) -> None:
    text = "một\n.\nQUIT\n..hai\n" + "dài " * 500 + "\n"
    with mail_server() as office:
        send(by_mail(make_settings, office.port), [replace(MAIL, text=text)])
    (got,) = office.mails
    assert got.get_content().replace("\r\n", "\n") == text
