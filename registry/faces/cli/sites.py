"""`cmr site`: hospitals, and the names by which tables know them."""

from typing import Annotated

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why, shaped
from registry.faces.cli.site_keys import app as keys
from registry.shapes.sites import SiteIn, SiteOut, SiteRecordIn

app = typer.Typer(help="Hospitals and their aliases.", no_args_is_help=True)
app.add_typer(keys, name="key")
Name = Annotated[str, typer.Argument(help="The site's name.")]
TimeZone = Annotated[str, typer.Option("--time-zone", help="Such as Europe/Budapest.")]
Aliases = Annotated[
    list[str] | None,
    typer.Option("--alias", help="Another name by which tables call it; may be repeated."),
]
Country = Annotated[str | None, typer.Option("--country")]
Weekend = Annotated[
    list[str] | None,
    typer.Option("--weekend", help="A day of the week without work; Saturday and Sunday if none."),
]
Holidays = Annotated[
    list[str] | None,
    typer.Option("--holiday", help="A date without work, as 2026-12-25; may be repeated."),
]


@app.command("list")
def list_sites(as_json: JsonFlag = False) -> None:
    """List all sites."""
    with connect() as client:
        sites = client.list("/sites", SiteOut)
    if as_json:
        show_json(sites)
        return
    table(
        None,
        ["Site", "Aliases", "Time zone", "Country"],
        [(s.name, ", ".join(s.aliases), s.time_zone, s.country or "") for s in sites],
    )


@app.command("register")
def register_site(
    name: Name,
    time_zone: TimeZone,
    alias: Aliases = None,
    country: Country = None,
    weekend: Weekend = None,
    holiday: Holidays = None,
    as_json: JsonFlag = False,
) -> None:
    """Register a site."""
    said = {"name": name, "aliases": alias or [], "time_zone": time_zone, "country": country}
    body = shaped(said | _days(weekend, holiday), SiteIn, source="the site")
    with connect() as client:
        _said(client.post("/sites", body, SiteOut), as_json=as_json)


@app.command("show")
def show_site(name: Name, as_json: JsonFlag = False) -> None:
    """Show a site."""
    with connect() as client:
        _said(client.get(f"/sites/{name}", SiteOut), as_json=as_json)


@app.command("supersede")
def supersede_site(
    name: Name,
    time_zone: TimeZone,
    why: Why,
    alias: Aliases = None,
    country: Country = None,
    weekend: Weekend = None,
    holiday: Holidays = None,
    as_json: JsonFlag = False,
) -> None:
    """Correct what is recorded of a site."""
    said = {"aliases": alias or [], "time_zone": time_zone, "country": country, "why": why}
    body = shaped(said | _days(weekend, holiday), SiteRecordIn, source="the site")
    with connect() as client:
        _said(client.post(f"/sites/{name}/records", body, SiteOut), as_json=as_json)


def _days(weekend: list[str] | None, holidays: list[str] | None) -> dict[str, list[str]]:
    """Return the days without work that were named."""
    found = {} if not weekend else {"weekend": [day.strip().lower() for day in weekend]}
    return found if not holidays else {**found, "holidays": holidays}


def _said(site: SiteOut, *, as_json: bool) -> None:
    """Print a site."""
    if as_json:
        show_json(site)
        return
    say(f"{site.name}, {site.time_zone}" + (f", {site.country}" if site.country else ""))
    note(f"also known as: {', '.join(site.aliases) or 'nothing else'} (record {site.record})")
    holidays = ", ".join(f"{day}" for day in site.holidays) or "no other day is recorded"
    note(f"nobody works on: {', '.join(site.weekend) or 'no day of the week'}; {holidays}")
