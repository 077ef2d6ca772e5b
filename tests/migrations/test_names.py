"""Migration files: dated, and named by a sentence."""

import re

from registry.settings import data_folder

NAME = re.compile(r"\d{4}-\d{2}-\d{2}-\d{4}_[a-z0-9_]+\.py")


def test_names_are_dates_and_sentences() -> None:
    """In a listing the files read as the history of the schema."""
    files = sorted(path.name for path in (data_folder() / "migrations/versions").glob("*.py"))
    assert files
    assert [name for name in files if not NAME.fullmatch(name)] == []
