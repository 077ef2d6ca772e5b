"""`cmr tally` and `cmr merge`: what leaves a hospital, and what is made of it elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from registry.domain.sealing import seal
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.faces.cli.counting import Engine, EngineName, Master, count_table
from registry.faces.cli.drafting import ProtocolFile, read_protocol
from registry.faces.cli.files import write_whole
from registry.shapes.reviews import ReviewOut
from registry.shapes.sites import SiteOut
from validation.errors import TallyError
from validation.federation.effects import state
from validation.federation.hiding import hide, plan_of
from validation.federation.merging import merge
from validation.federation.parts import Part, gathered_parts, parts_as_json
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies import files as tally_files

MINIMUM = 10


def tally(  # noqa: PLR0913 -- one option for each thing that is said about a table
    source: Annotated[str, typer.Argument(metavar="TABLE", help="A CSV or Parquet table.")],
    protocol: ProtocolFile,
    *,
    save: Annotated[Path, typer.Option("--out", help="Write the tally, Parquet, to this file.")],
    minimum_cell: Annotated[
        int, typer.Option(min=1, help="No count below it, but 0, can be read from the tally.")
    ] = MINIMUM,
    key: Annotated[
        Path | None,
        typer.Option(help="The site's private key; without it the tally is only claimed."),
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(help="A tally of this site that was sent before; may be repeated."),
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="The site's name, where the table has no column for it.")
    ] = None,
    engine: EngineName = Engine.DUCKDB,
    master: Master = None,
    as_json: JsonFlag = False,
) -> None:
    """Reduce a table to the tally that may leave the hospital.

    No row and no patient leaves, only counts. Needs no registry and no network.
    """
    plan = read_protocol(protocol)
    sent = [_read(path) for path in earlier or []]
    whole = count_table(
        source, plan, engine=engine, master=master, within_sites=minimum_cell > 1, quiet=as_json
    )
    whole = of_site(whole, plan, site)
    told = hide(whole, plan_of(plan, minimum=minimum_cell), earlier=sent)
    told = state(told, whole, plan)
    signature = None if key is None else _signature(told, key)
    write_whole(save, tally_files.write(told, signature=signature))
    said = _described(told, signature)
    if as_json:
        show_json(said)
        return
    _show(told, said)
    note(f"Written: {save}")


def unite(
    sources: Annotated[list[Path], typer.Argument(metavar="TALLY…", help="Tallies of sites.")],
    *,
    save: Annotated[Path, typer.Option("--out", help="Write the merged tally to this file.")],
    expected: Annotated[
        list[str] | None,
        typer.Option(help="A site that should have answered; may be repeated."),
    ] = None,
    review: Annotated[
        UUID | None,
        typer.Option(help="Expect every site of this review's scope; asks the registry."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Your own private key, to sign what you merged.")
    ] = None,
    merger: Annotated[
        str | None,
        typer.Option("--as", help="With --key: the site as whose you registered the key."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Merge the tallies of several sites into one, which `cmr evaluate` takes like a table.

    The order of the files does not matter. Signed tallies travel inside the merged one, so that
    whoever receives it can check each signature, and merge them again.
    """
    if (key is None) != (merger is None):
        raise TallyError("--key and --as belong together: give your key, and as whom you sign.")
    contents = [_content(path) for path in sources]
    named = [(path.name, _tally_in(path, one)) for path, one in zip(sources, contents, strict=True)]
    sites = {site for _, one in named for site in one.levels["site"]}
    awaited = [*(expected or []), *(_of_scope(review, sites) if review is not None else ())]
    found = merge(named, expected=awaited)
    parts = gathered_parts(contents)
    signature = None if key is None or merger is None else _sealed(found, key, merger)
    write_whole(save, tally_files.write(found, signature=signature, parts=parts_as_json(parts)))
    said = _described(found, signature, parts)
    if as_json:
        show_json(said)
        return
    _show(found, said)
    note(f"Written: {save}")


def _of_scope(review: UUID, sites: Collection[str]) -> list[str]:
    """Return the sites of a review's scope but those that answered under another name of theirs."""
    with connect() as client:
        scope = client.get(f"/reviews/{review}", ReviewOut).scope["sites"]
        known = client.list("/sites", SiteOut)
    others = {site.name: site.aliases for site in known}
    return [name for name in scope if not set(others.get(name, ())) & set(sites)]


def _read(path: Path) -> Tally:
    """Return the tally that a file holds."""
    return _tally_in(path, _content(path))


def _content(path: Path) -> bytes:
    """Return the bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise TallyError(
            f"“{path.name}” cannot be read ({(error.strerror or 'unreadable').lower()}). Check the "
            "path and the right to read it."
        ) from None


def _tally_in(path: Path, content: bytes) -> Tally:
    """Return the tally that a file's bytes hold."""
    try:
        return tally_files.read(content)
    except TallyError as error:
        raise TallyError(f"{path.name}: {error}") from None


def of_site(whole: Tally, plan: Protocol, site: str | None) -> Tally:
    """Return the tally under the site's name, where the table has no column that says it."""
    if site is None:
        return whole
    if plan.columns.site is not None:
        raise TallyError(
            f"the protocol takes sites from the column “{plan.columns.site}”. Leave --site away."
        )
    persons = {
        (finding, partition, tuple(sorted([*by, *more]))): persons
        for (finding, partition, by), persons in whole.persons.items()
        for more in ([], [("site", site)])
    }
    return replace(
        whole,
        levels={**whole.levels, "site": (site,)},
        persons=persons,
        left_out=tuple(replace(one, site=site) for one in whole.left_out),
        periods=tuple(replace(one, site=site) for one in whole.periods),
    )


def _signature(told: Tally, key: Path) -> dict[str, Any]:
    """Return the site's signature of a tally.

    Raises
    ------
    TallyError
        When the tally is of several sites, so that no one site answers for it.
    """
    sites = told.levels["site"]
    if len(sites) != 1 or not sites[0]:
        raise TallyError(
            "only a tally of one named site can be signed. Send one table per site, or name the "
            "site with --site."
        )
    return _sealed(told, key, sites[0])


def _sealed(told: Tally, key: Path, signer: str) -> dict[str, Any]:
    """Return somebody's signature of a tally."""
    try:
        private = key.read_bytes()
    except OSError as error:
        raise TallyError(
            f"the key “{key}” cannot be read ({(error.strerror or 'unreadable').lower()}). Make "
            "one with cmr site key new."
        ) from None
    return seal(
        private,
        site=signer,
        tally=told.digest,
        table=told.table_digest,
        measure=told.measure_digest,
        producer=told.producer,
    )


def _described(
    told: Tally, signature: dict[str, Any] | None, parts: Sequence[Part] = ()
) -> dict[str, Any]:
    """Return what a tally tells, and what it does not, for programs."""
    counts = [int(view.cells.exams.min()) for view in told.views if len(view.cells)]
    return {
        "digest": told.digest,
        "table_digest": told.table_digest,
        "measure_digest": told.measure_digest,
        "minimum_cell": told.minimum_cell,
        "sites": list(told.levels["site"]),
        "absent": list(told.absent),
        "smallest_count": min(counts, default=None),
        "views": [
            {"attributes": list(view.attributes), "cells": len(view.cells)} for view in told.views
        ],
        "hidden": [
            {"finding": finding, "partition": partition, "by": dict(by), "counts": list(words)}
            for (finding, partition, by), words in sorted(told.hidden.items())
        ],
        "withheld": [
            {"site": w.site, "finding": w.finding, "partition": w.partition,
             "attributes": list(w.attributes), "what": w.what}
            for w in told.withheld
        ],
        "signed_by": None if signature is None else signature["key"],
        "parts": [
            {"sites": list(part.sites), "digest": part.digest, "signed_by": part.key}
            for part in parts
        ],
    }  # fmt: skip


def _show(told: Tally, said: dict[str, Any]) -> None:
    """Print what leaves and what does not."""
    cells = sum(len(view.cells) for view in told.views)
    smallest = said["smallest_count"]
    say(
        f"{cells:,} counts leave in {len(told.views)} view{'s' * (len(told.views) != 1)}"
        + ("." if smallest is None else f"; the smallest is {smallest:,}.")
    )
    if told.minimum_cell == 1:
        say("Nothing is hidden: this tally tells of single exams and is not for sending.")
    elif smallest is not None and smallest < told.minimum_cell:
        say("A part of it was made with a smaller --minimum-cell: counts below "
            f"{told.minimum_cell} can be read, and the whole is not for sending.")  # fmt: skip
    else:
        say("No row and no patient leaves, and no count from 1 to "
            f"{told.minimum_cell - 1}, nor what would give one by subtraction.")  # fmt: skip
    hidden: dict[str, list[str]] = {}
    for one in said["hidden"]:
        where = ", ".join([*filter(None, (one["finding"], one["partition"])), *one["by"].values()])
        hidden.setdefault(", ".join(one["counts"]), []).append(where or "all exams")
    for words, places in hidden.items():
        say(f"  below {told.minimum_cell}: {words} ({'; '.join(places)})")
    withheld: dict[str, list[str]] = {}
    for one in said["withheld"]:
        where = ", ".join(filter(None, (one["site"], one["finding"], one["partition"])))
        what = "not told" if one["what"] == "withheld" else "some levels told as “other”"
        words = f"{' by '.join(one['attributes'])}: {what}"
        withheld.setdefault(words, []).append(where or "all exams")
    for words, places in withheld.items():
        say(f"  {words} ({'; '.join(places)})")
    for site in told.absent:
        say(f"  no answer: {site}")
    for one in said["parts"]:
        by = "not signed, so only claimed" if one["signed_by"] is None else (
            f"signed with the key {one['signed_by']}"
        )  # fmt: skip
        say(f"  {', '.join(filter(None, one['sites'])) or 'a site without a name'}: {by}")
    if said["signed_by"] is not None:
        note(f"signed with the key {said['signed_by']}")
