"""Errors of the registry; faces alone know what status or exit code each becomes.

RegistryError
├── NotFoundError              the thing asked for is not here
├── BadInputError              what was given cannot be used: says which field and the remedy
├── ConflictError              what was asked collides with what is recorded
├── RuleBrokenError            a rule of governance forbids it
│   └── WaitingError           it may be done, but people or evidence are still missing
├── NotSignedInError           nobody, or nobody known, is asking
├── ForbiddenError             this person may not do this
├── IntegrityError             stored bytes are not what their digest says
└── BusyError                  somebody else is doing it; try again
"""

from collections.abc import Sequence


class RegistryError(Exception):
    """Anything the registry refuses; `code` is for machines, the message for people."""

    code = "registry"


class NotFoundError(RegistryError):
    """The thing asked for is not here."""

    code = "not-found"


class BadInputError(RegistryError):
    """What was given cannot be used.

    Parameters
    ----------
    problem : str
        One sentence that says what is wrong and what to do.
    field : str or None
        The field concerned, as the sender spells it.
    """

    code = "bad-input"

    def __init__(self, problem: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(f"{field}: {problem}" if field else problem)


class ConflictError(RegistryError):
    """What was asked collides with what is recorded."""

    code = "conflict"


class RuleBrokenError(RegistryError):
    """A rule of governance forbids it."""

    code = "rule"


class WaitingError(RuleBrokenError):
    """It may be done once people or evidence have arrived.

    Parameters
    ----------
    message : str
        One sentence.
    waits_for : sequence of str
        What is missing and from whom, one sentence each.
    """

    code = "waiting"

    def __init__(self, message: str, *, waits_for: Sequence[str] = ()) -> None:
        self.waits_for = tuple(waits_for)
        super().__init__(message + ("" if not waits_for else " " + " ".join(waits_for)))


class NotSignedInError(RegistryError):
    """Nobody, or nobody known, is asking."""

    code = "not-signed-in"


class ForbiddenError(RegistryError):
    """The person who asks may not do it."""

    code = "forbidden"


class IntegrityError(RegistryError):
    """Stored bytes are not what their digest says."""

    code = "integrity"


class BusyError(RegistryError):
    """Somebody else is doing it; try again."""

    code = "busy"
