"""Mailing through a real mail server on this machine."""

import socket
from datetime import UTC, datetime

import pytest
from aiosmtpd.smtp import AuthResult

from registry.domain.notices import UndeliveredError
from registry.services.notices.mailing import RefusedError, letter, send
from registry.settings import Mail
from tests.factories.receivers import LOOPBACK, Mailbox, mailing

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LETTER = {"to": "c@hospital.example", "subject": "A – headline", "text": "Zürich.\n"}


def settings(mailbox: Mailbox, **changes: object) -> Mail:
    """Return settings that lead to a mail server on this machine."""
    whole = {
        "host": LOOPBACK, "port": mailbox.port, "security": "none", "user": None,
        "password": None, "sender": "registry@hospital.example",
    }  # fmt: skip
    return Mail(**whole | changes)  # type: ignore[arg-type]


def post(mail: Mail, *, seconds: float = 5.0) -> None:
    """Send one letter."""
    send(mail, letter(mail, **LETTER, identity="i@test", at=AT), seconds=seconds)


class TestSend:
    """Send."""

    def test_arrives(self) -> None:
        """One plain letter to one reader, under an id of its own, marked as automatic."""
        with mailing() as mailbox:
            post(settings(mailbox))
        (mail,) = mailbox.taken
        assert mailbox.to == ["c@hospital.example"]
        assert mail["From"] == "Clinical model registry <registry@hospital.example>"
        assert (mail["Subject"], mail["Message-ID"]) == ("A – headline", "<i@test>")
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content_type() == "text/plain"
        assert mail.get_payload(decode=True) == "Zürich.\r\n".encode()

    def test_unknown_mailbox(self) -> None:
        """A mailbox that is not there is not tried again."""
        with mailing() as mailbox:
            mailbox.refused.add("c@hospital.example")
            with pytest.raises(RefusedError, match="550: no such mailbox"):
                post(settings(mailbox))

    def test_refused_for_good(self) -> None:
        """Nor is a mail that the server will never take."""
        with mailing() as mailbox:
            mailbox.answer = "554 not here"
            with pytest.raises(RefusedError, match="554"):
                post(settings(mailbox))

    def test_refused_for_now(self) -> None:
        """A server that is busy is tried again."""
        with mailing() as mailbox:
            mailbox.answer = "451 try later"
            with pytest.raises(UndeliveredError, match="451: try later"):
                post(settings(mailbox))

    def test_nobody_listens(self) -> None:
        """A server that is down is tried again."""
        with mailing() as mailbox:
            mail = settings(mailbox)
        with pytest.raises(UndeliveredError, match="did not take it"):
            post(mail)

    def test_silence(self) -> None:
        """A server that says nothing is left after a while."""
        with socket.create_server((LOOPBACK, 0)) as silent:
            mail = settings(Mailbox(port=silent.getsockname()[1]))
            with pytest.raises(UndeliveredError, match="timed out"):
                post(mail, seconds=0.2)

    def test_never_in_the_clear(self) -> None:
        """A server that does not encrypt gets neither the mail nor the password."""
        with mailing() as mailbox:
            mail = settings(mailbox, security="starttls", user="u", password="p")
            with pytest.raises(UndeliveredError, match="STARTTLS"):
                post(mail)
        assert mailbox.taken == []

    def test_wrong_password(self) -> None:
        """It is mended in the settings: the mail waits until then."""
        refuse = {"authenticator": lambda *_: AuthResult(success=False, handled=False)}
        with mailing(**refuse, auth_require_tls=False) as mailbox:
            mail = settings(mailbox, user="u", password="p")
            with pytest.raises(UndeliveredError, match="name and password"):
                post(mail)

    def test_right_password(self) -> None:
        """With it the mail arrives."""
        accept = {"authenticator": lambda *_: AuthResult(success=True)}
        with mailing(**accept, auth_require_tls=False) as mailbox:
            post(settings(mailbox, user="u", password="p"))
        assert len(mailbox.taken) == 1

    def test_line_break_in_a_subject(self) -> None:
        """A header cannot be carried on by what people write."""
        with mailing() as mailbox, pytest.raises(ValueError, match="linefeed"):
            letter(settings(mailbox), **{**LETTER, "subject": "a\nBcc: x"}, identity="i", at=AT)
