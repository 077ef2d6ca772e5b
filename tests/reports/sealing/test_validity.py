"""Facts about sealed and signed files that veraPDF tells: they stay PDF/A-3a and PDF/UA-1."""

from pathlib import Path

import pytest

from reports.sealing import Intent, KeyFile, opened, seal
from tests.factories.renderings import rendering
from tests.factories.seals import AT, Files, signed_by
from tests.factories.verapdf import verdicts


def broken(folder: Path, files: dict[str, bytes]) -> dict[str, list[tuple[str, ...]]]:
    """Return the rules that files break, for each of the two profiles."""
    paths = {folder / f"{name}.pdf": name for name in files}
    for path, name in paths.items():
        path.write_bytes(files[name])
    said = verdicts(tuple(paths))
    return {paths[path]: [one.words for one in said[path].values()] for path in paths}


def test_fields_seal_and_signature_keep_both_profiles(
    base: bytes, sealed: bytes, files: Files, tmp_path: Path
) -> None:
    """Empty fields, a visible seal and a visible signature: nothing is broken."""
    made = {"rendered": base, "sealed": sealed, "signed": signed_by(files, sealed)}
    assert broken(tmp_path, made) == {name: [(), ()] for name in made}


@pytest.mark.soak
def test_real_card_keeps_both_profiles(files: Files, tmp_path: Path) -> None:
    """A whole card under a seal."""
    with opened(KeyFile(path=files.key), at=AT) as key:
        about = Intent(field="seal", reason="Issued", at=AT, words=("Sealed by us", "today"))
        made = {"card": seal(rendering("approved"), key, about)}
    assert broken(tmp_path, made) == {"card": [(), ()]}
