"""Resending: whether a tally, or the table at its site, gives the tally that a registry keeps."""

from collections.abc import Mapping
from pathlib import Path

from registry.faces.cli.console import progress_bar
from registry.faces.cli.federation import of_site
from validation.engines.duckdb import tally_table
from validation.engines.files import inspect
from validation.errors import TallyError
from validation.federation.effects import state
from validation.federation.hiding import hide, plan_of
from validation.federation.naming import renamed
from validation.federation.parts import parts_of
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies import files as tally_files


def from_tally(
    source: Path, kept: bytes, plan: Protocol, names: Mapping[str, str], *, quiet: bool
) -> tuple[Tally, dict[str, bool]]:
    """Return the tally to assess again, with registered names, and what of it is the same.

    Parameters
    ----------
    source : Path
        The tally that was sent, or the table of which it, or a part of it, was made.
    kept : bytes
        The tally that the registry keeps.
    plan : Protocol
    names : mapping of str to str
        Every name of a site, with the name under which it is registered.
    quiet : bool
        Whether to show no progress.

    Raises
    ------
    TallyError
        When the table is not the one of any part whose counts are there to compare.
    """
    stored = tally_files.read(kept)
    if tally_files.is_tally(source):
        content = source.read_bytes()
        sent = tally_files.read(content)
        facts = {
            "the tally, byte for byte": content == kept,
            "the tally, by its digest": sent.digest == stored.digest,
        }
        return _named(sent, names), facts
    part = _part(stored, kept, inspect(source).digest)
    with progress_bar(source.name, total=1.0, quiet=quiet) as move:
        whole = tally_table(
            source,
            plan,
            progress=lambda step, share: move(share, step),
            within_sites=part.minimum_cell > 1,
        )
    sites = part.levels["site"]
    named_by_sender = plan.columns.site is None and len(sites) == 1 and sites[0]
    whole = of_site(whole, plan, sites[0] if named_by_sender else None)
    told = state(hide(whole, plan_of(plan, minimum=part.minimum_cell)), whole, plan)
    what = "the tally" if part is stored else f"the part of {', '.join(sites)}"
    facts = {
        "the table's digest": whole.table_digest == part.table_digest,
        f"{what} that leaves of the table, by its digest (it differs, too, where it was made "
        "beside one sent earlier)": told.digest == part.digest,
    }
    return _named(stored, names), facts


def _named(tally: Tally, names: Mapping[str, str]) -> Tally:
    return renamed(tally, {site: names.get(site, site) for site in tally.levels["site"]})


def _part(stored: Tally, kept: bytes, table_digest: str) -> Tally:
    """Return the stored tally, or that part of it which was made of a table."""
    parts = parts_of(kept)
    if not parts:
        return stored
    found = next((p for p in parts if p.table_digest == table_digest), None)
    if found is None:
        raise TallyError(
            "no part of the stored tally was made of this table: it is another table, or it was "
            "changed. Give the table of a site whose tally was merged, or the merged tally itself."
        )
    if found.file is None:
        raise TallyError(
            "the part that was made of this table is not signed, so that the merged tally names it "
            "only, and its counts cannot be compared. Give the merged tally itself."
        )
    return tally_files.read(found.file)
