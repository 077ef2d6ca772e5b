"""`cmr card sign`: a signature by one's own certificate in a card's file, made on this machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.domain.errors import BadInputError
from registry.domain.people import Role
from registry.faces.cli.cards import Reference, named
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.faces.cli.documents import version_path
from registry.shapes.cards import CardPlaceOut, SignedCardOut

if TYPE_CHECKING:
    from reports.sealing import Source

MEDIA_TYPE = "application/pdf"


def sign(  # noqa: PLR0913 -- one argument for each option
    version: Reference,
    *,
    role: Annotated[str, typer.Option(help="The role in which you had signed off.")],
    number: Annotated[
        int | None, typer.Option(help="Which card; the newest without it.", min=1)
    ] = None,
    pem: Annotated[
        Path | None,
        typer.Option(
            help="Your private key, PEM or DER, with its certificate in the same file.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    pkcs12: Annotated[
        Path | None,
        typer.Option(
            help="Your key and certificate in a PKCS#12 file.", exists=True, dir_okay=False
        ),
    ] = None,
    pkcs11: Annotated[
        Path | None,
        typer.Option(help="The driver of your card or token.", exists=True, dir_okay=False),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="The certificate, where it does not stand with the key.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="The token's label, where there are several.")
    ] = None,
    label: Annotated[str, typer.Option(help="The label of the key on the token.")] = "",
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            help="A file with the passphrase or PIN, and nothing else.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    timestamp_server: Annotated[
        str | None, typer.Option(help="Address that vouches for the time (RFC 3161).")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a signature by your own certificate to a card, in the place of your sign-off.

    The card comes here, is signed here and goes back; your private key stays on this machine.
    """
    from reports.sealing import Intent, opened
    from reports.sealing import sign as signed

    source = _source(pem, pkcs12, pkcs11, certificate, token, label, secret_file)
    asked = _role(role)
    path = version_path(version)
    with connect() as client:
        card = named(client, path, number)
        here = f"{path}/cards/{card.number}"
        place = client.get(f"{here}/place", CardPlaceOut, params={"role": asked.value})
        pdf = b"".join(client.download(here))
        now = datetime.now(UTC)
        with opened(source, at=now) as key:
            intent = Intent(
                field=place.field,
                reason=f"{place.meaning}, as {asked.value}",
                at=now,
                words=(f"{key.certificate.name}", f"{place.meaning} · {now:%Y-%m-%d %H:%M:%S} UTC"),
                timestamp_server=timestamp_server,
            )
            made = signed(pdf, key, intent)
        kept = client.upload(
            f"{here}/signatures",
            [made],
            SignedCardOut,
            params={"role": asked.value},
            media_type=MEDIA_TYPE,
        )
    if as_json:
        show_json(kept)
        return
    say(f"Signed: card {card.number} of {card.version}, as {kept.role}, by {kept.name}.")
    note(f"certificate {kept.certificate}")
    note(f"file {kept.file_digest}, {kept.file_size:,} bytes")


def _source(
    pem: Path | None,
    pkcs12: Path | None,
    pkcs11: Path | None,
    certificate: Path | None,
    token: str | None,
    label: str,
    secret: Path | None,
) -> "Source":
    """Return where the key is; exactly one place must be named."""
    from reports.sealing import KeyFile, Pkcs12File, Token

    if sum(one is not None for one in (pem, pkcs12, pkcs11)) != 1:
        raise BadInputError("Name your key by one of --pem, --pkcs12 and --pkcs11.", field="key")
    if pem is not None:
        return KeyFile(path=pem, certificate=certificate, passphrase=secret)
    if pkcs12 is not None:
        return Pkcs12File(path=pkcs12, passphrase=secret)
    if not label or pkcs11 is None:
        raise BadInputError("Name the key on the token.", field="label")
    return Token(module=pkcs11, token=token, label=label, pin=secret, certificate=certificate)


def _role(name: str) -> Role:
    """Return a role by its name."""
    try:
        return Role(name)
    except ValueError:
        every = ", ".join(role.value for role in Role)
        raise BadInputError(f"“{name}” is no role; there are: {every}.", field="role") from None
