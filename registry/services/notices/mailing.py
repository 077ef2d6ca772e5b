"""Mailing: one notice to one mailbox, through the mail server of the settings."""

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

from registry.domain.errors import RuleBrokenError
from registry.domain.notices import UndeliveredError
from registry.settings import Mail

SECONDS: Final = 15.0
PERMANENT: Final = 500


class RefusedError(RuleBrokenError):
    """The mail server refuses this mail for good."""

    code = "mail-refused"


def letter(
    mail: Mail, *, to: str, subject: str, text: str, identity: str, at: datetime
) -> EmailMessage:
    """Return a letter; its Message-ID is the same however often it is sent."""
    message = EmailMessage()
    message["From"] = Address("Clinical model registry", addr_spec=mail.sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<{identity}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def send(mail: Mail, message: EmailMessage, *, seconds: float = SECONDS) -> None:
    """Hand a letter to the mail server.

    Raises
    ------
    RefusedError
        When the server will never take it, such as for a mailbox that it does not know.
    UndeliveredError
        When it could not be handed over this time.
    """
    try:
        with _opened(mail, seconds) as server:
            if mail.user is not None:
                server.login(mail.user, mail.password or "")
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, words),) = error.recipients.values()
        raise _refusal(code, words) from error
    except smtplib.SMTPAuthenticationError as error:
        # Mended by whoever looks after the registry, not by the mail.
        raise UndeliveredError("The mail server does not accept our name and password.") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        said = str(error) or type(error).__name__
        raise UndeliveredError(f"The mail server {mail.host} did not take it ({said}).") from error


def _opened(mail: Mail, seconds: float) -> smtplib.SMTP:
    """Return a connection to the mail server, encrypted as the settings ask."""
    context = ssl.create_default_context()
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=seconds, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=seconds)
    if mail.security == "starttls":
        try:
            server.starttls(context=context)  # refused rather than sent in the clear
        except BaseException:
            server.close()
            raise
    return server


def _refusal(code: int, said: bytes | str) -> RefusedError | UndeliveredError:
    """Return what an answer of the mail server means: for good, or for now."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    sentence = f"The mail server answered {code}: {' '.join(words.split())[:200]}"
    return RefusedError(sentence) if code >= PERMANENT else UndeliveredError(sentence)
