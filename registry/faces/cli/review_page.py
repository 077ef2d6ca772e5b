"""Review page: how `cmr` prints a review: what blocks, who was asked, what changed, who signed."""

from typing import Any, Final

import typer
from rich.text import Text

from registry.domain.signatures import SHORT
from registry.faces.cli.checks import show_criteria, show_missing
from registry.faces.cli.console import note, say, show_json
from registry.shapes.reviews import ReviewOut

STATES: Final = {"approve": "bold green", "approve with conditions": "bold green", "open": "yellow"}


def show_review(review: ReviewOut, *, json: bool) -> None:
    """Print one review: where it stands, what blocks, who signed."""
    if json:
        show_json(review)
        return
    where = ", ".join(review.scope["sites"])
    state = (review.state, STATES.get(review.state, "bold red"))
    say(
        Text.assemble((review.version, "bold"), f"  {review.scope['rung']} use at {where}  ", state)
    )
    note(f"Review {review.id}, {review.tier} under {review.policy}")
    note(f"Dossier {review.dossier.number}  {review.dossier.digest}")
    if review.changed:
        changed = ", ".join(review.changed)
        say(Text(f"The record changed since: {changed}. Refreeze before signing.", style="yellow"))
    show_missing(review.missing)
    _show_asked(review)
    _show_since_last(review.since_last, err=False)
    show_criteria(review.criteria)
    for one in review.signoffs:
        say(_signoff(one))
    for one in review.comments:
        _show_comment(one)
    for one in review.waivers:
        _show_waiver(one)
    if review.decision is not None:
        _show_decision(review.decision)
    _show_news(review.since_decision)
    note(f"Standing: {review.standing['state']}. {review.standing['reason']}")


def _signoff(one: dict[str, Any]) -> Text:
    """Return a sign-off as a line."""
    counts = not one["void"] and one["withdrawn_at"] is None
    gone = "" if counts else "  (void)" if one["void"] else "  (withdrawn)"
    mark = ("✓ ", "green") if counts else ("– ", "dim")
    if counts and one["meaning"] == "object":
        mark = ("✗ ", "bold red")
    reasons = f": {one['reasons']}" if one["reasons"] else ""
    who = f"{one['person']['name']}, {one['role']}{in_place_of(one)}"
    how = f"{one['at'][:16].replace('T', ' ')} UTC, by {SHORT.get(one['method'], one['method'])}"
    line = f"{who}, {one['meaning']}{reasons}{gone}  "
    return Text.assemble(mark, line, (f"{how}  {one['id']}", "dim"))


def in_place_of(one: dict[str, Any]) -> str:
    """Return in whose place, and in which dual role, somebody signed; nothing where in neither."""
    words = ""
    if one.get("for"):
        day = one["for"]["delegated_at"][:10]
        words += f", for {one['for']['person']['name']} (delegated {day})"
    if one.get("dual_role"):
        words += f" (declared dual role: also {one['dual_role']['also']})"
    return words


def _show_waiver(one: dict[str, Any]) -> None:
    """Print a waiver: what would be borne, how it stands, and for whom it waits."""
    waits = f"  → {', '.join(one['waits_for'])}" if one["waits_for"] else ""
    style = "yellow" if one["state"] in {"granted", "awaits signatures"} else "bold red"
    told = (f"{one['state']}. ", style), one["sentence"], (waits, "cyan")
    say(Text.assemble(f"Waiver {one['number']} ", *told))
    note(f"  {one['document']['reason']}")


def _show_decision(decision: dict[str, Any]) -> None:
    """Print a decision and its conditions."""
    until = f", valid until {decision['valid_until']}" if decision["valid_until"] else ""
    say(
        f"Decided: {decision['outcome']} by {decision['decided']['by']['name']}"
        f"{in_place_of(decision['decided'])}{until}. "
        f"{decision['reasons']}"
    )
    for one in decision["conditions"]:
        _show_condition(one)


def _show_condition(one: dict[str, Any]) -> None:
    """Print a condition: what it asks, what was sent, and what follows when it is late."""
    mark = "✓" if one["state"] == "closed" else "○"
    extended = (
        f", extended from {one['extensions'][0]['due_before']}" if one.get("extensions") else ""
    )
    say(
        f"{mark} Condition {one['number']}, {one['when']}, due {one['due']}{extended} "
        f"at {one['site']}: {one['text']} (verified by {one['verifier']['name']})"
    )
    if one["state"] == "closed":
        return
    for sent in one.get("submissions", []):
        file = f" {sent['artifact']}" if sent["artifact"] else ""
        note(f"  sent by {sent['by']['name']} on {sent['at'][:10]}: {sent['evidence']}{file}")
    stops = " The approval is then suspended." if one.get("on_overdue") == "suspend" else ""
    note(f"  if late: {one['consequence'].strip().rstrip('.')}.{stops}")


def _show_asked(review: ReviewOut) -> None:
    """Print who was asked for a sign-off and has not answered, and who has the first word."""
    for one in review.asked:
        days = {0: "today", 1: "yesterday"}.get(one["days"], f"{one['days']} days ago")
        people = ", ".join(one["people"]) or "nobody who could give it"
        note(f"  asked {days} and not answered: {one['role']} ({people})")
    if review.first_word is not None:
        names = ", ".join(review.first_word["people"])
        until = review.first_word["until"][:10]
        say(Text(f"Objected to this dossier before: {names}; has the first word until {until}."))


def _show_news(news: list[dict[str, Any]]) -> None:
    """Print what came up since the decision."""
    if news:
        say(Text("New since the decision, and no part of it:", style="bold yellow"))
    for one in news:
        say(f"  {one['at'][:10]}  {one['what']}")


def _show_comment(one: dict[str, Any]) -> None:
    """Print a comment, and how it ended."""
    request = one["kind"] == "request for change"
    mark = ("! ", "yellow") if request and one["state"] == "open" else ("· ", "dim")
    where = f" on {one['part']}" if one["part"] else ""
    said = f"{one['kind'].capitalize()} {one['number']}{where}, {one['by']['name']}: {one['text']}"
    say(Text.assemble(mark, said, (f"  ({one['state']})", "dim")))
    if one["end"] is not None:
        note(f"  {one['end']['by']['name']}: {one['end']['text']}")


def say_since_last(review: ReviewOut) -> None:
    """Say on the error stream, before anything is signed, what changed since the last dossier."""
    _show_since_last(review.since_last, err=True)


def _show_since_last(since: dict[str, Any] | None, *, err: bool) -> None:
    """Print what changed since the last dossier: parts, verdicts, conditions, sign-offs."""
    if since is None:
        return
    parts = ", ".join(since["parts"]) or "nothing"
    lines = [f"Changed since dossier {since['number']}: {parts}."]
    lines += [f"  {_moved(one)}" for one in since["criteria"]]
    lines += [f"  closed: {one}" for one in since["conditions_closed"]]
    lines += [f"  void: {one}" for one in since["signoffs_voided"]]
    for line in lines:
        typer.echo(line, err=True) if err else note(line)


def _moved(one: dict[str, Any]) -> str:
    """Return how a criterion was judged before and is now."""
    where = ", ".join(str(level) for level in one["by"].values())
    name = f"{one['id']} at {where}" if where else one["id"]
    return f"{name}: {_judged(one['before'])} → {_judged(one['after'])}"


def _judged(one: dict[str, Any] | None) -> str:
    """Return a verdict with its interval, or that there was none."""
    if one is None:
        return "not judged"
    if one["measured"] is None:
        return str(one["verdict"])
    if one["low"] is None or one["high"] is None:
        return f"{one['verdict']}, {one['measured']:.3f}"
    return f"{one['verdict']}, {one['measured']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
