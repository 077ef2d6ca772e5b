"""`cmr … --passkey` and `cmr passkey`: commands that wait for a page, answered in software."""

import json
import threading
import time
from collections.abc import Callable

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.domain.signatures import Passkey
from registry.domain.signings import Ending
from registry.faces.api import acts
from registry.faces.cli.commands import whole
from registry.services import passkeys, sessions, signings
from registry.services.signings import Caller
from registry.store.signings import CeremonyRow
from tests.factories.passkeys import Authenticator
from tests.factories.people import PASSWORD, login_of
from tests.registry.faces.web.conftest import Site

LEAD, VALIDATOR = Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR


def run(site: Site, role: Role, *words: str, server: bool = True) -> Result:
    """Run `cmr` as a role's person against the served registry."""
    with site.registry.workshop.begin(None) as work:
        secret = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result().secret
    environment = {"CMR_TOKEN": secret, "COLUMNS": "80", "CMR_HOME": str(site.home)}
    if server:
        environment["CMR_SERVER"] = site.address
    return CliRunner().invoke(whole(), list(words), env=environment)


def waiting(site: Site) -> CeremonyRow:
    """Return the ceremony that waits, as soon as there is one."""
    while True:
        with site.registry.workshop.begin(None, reads=True) as work:
            wanted = select(CeremonyRow).where(CeremonyRow.ending == None)  # noqa: E711 -- SQL
            if (row := work.session.exec(wanted).first()) is not None:
                return row
        time.sleep(0.05)


def meanwhile(step: Callable[[], None]) -> threading.Thread:
    """Do something while a command waits."""
    thread = threading.Thread(target=step, daemon=True)
    thread.start()
    return thread


def test_commands_wait_for_the_page(site: Site) -> None:
    """Register, confirm, sign; then one is cancelled on its page, and the command says so."""
    key = Authenticator(origin=site.address)
    workshop, lead = site.registry.workshop, site.registry.people[LEAD]
    caller = Caller(actor=lead, secret=None)

    def make() -> None:
        row = waiting(site)
        with workshop.begin(None) as work:
            statement = signings.take_passkey(work, caller, row.id)
            passkeys.propose(work, statement, key.made(statement))

    thread = meanwhile(make)
    ended = run(site, LEAD, "passkey", "add", "my badge", "--json")
    thread.join()
    assert ended.exit_code == 0, ended.output
    name = json.loads(ended.stdout)["key"]
    assert f"{site.address}/passkey/" in ended.stderr
    refused = run(site, LEAD, "passkey", "confirm", lead.login, name)
    assert refused.exit_code == 1
    confirmed = run(site, Role.ENROLLER, "passkey", "confirm", lead.login, name)
    assert "signs from now on" in confirmed.stdout
    assert "confirmed" in run(site, LEAD, "passkey", "list", lead.login).stdout

    def sign() -> None:
        row = waiting(site)
        proof = Passkey(assertion=key.signed(row.statement))
        signings.carry_out(workshop, caller, row.id, proof, acts.asked)

    thread = meanwhile(sign)
    signed = ("protocol", "sign", site.digest, "--role", "clinical lead", "--passkey", "--json")
    ended = run(site, LEAD, *signed)
    thread.join()
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout)["signatures"][0]["method"] == "passkey"

    def cancel() -> None:
        row = waiting(site)
        with workshop.begin(None) as work:
            other = Caller(actor=site.registry.people[VALIDATOR], secret=None)
            assert signings.cancel(work, other, row.id)["state"] == Ending.CANCELLED

    thread = meanwhile(cancel)
    words = ("protocol", "sign", site.digest, "--role", VALIDATOR.value, "--passkey")
    ended = run(site, VALIDATOR, *words)
    thread.join()
    assert (ended.exit_code, "nothing was signed" in ended.stderr) == (5, True)
    revoked = run(site, LEAD, "passkey", "revoke", lead.login, name, "--why", "lost")
    assert "signs no more" in revoked.stdout


def test_a_page_needs_a_server(site: Site) -> None:
    """Where the registry runs inside the command no browser reaches it: the remedy is said."""
    words = ("protocol", "sign", site.digest, "--role", "clinical lead", "--passkey")
    ended = run(site, LEAD, *words, server=False)
    with pytest.raises(Exception, match="cmr serve"):
        raise ended.exception or AssertionError(ended.output)
