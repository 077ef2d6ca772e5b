"""Facts about the bytes of a card."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import hashlib
from tests.factories.renderings import rendering
print(hashlib.sha256(rendering("worldwide")).hexdigest())
"""
HERE = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
ELSEWHERE = {
    "PYTHONHASHSEED": "2",
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "LANG": "ja_JP.UTF-8",
    "PANGO_LANGUAGE": "ja:ar",
    "FONTCONFIG_PATH": "/absent",
    "SOURCE_DATE_EPOCH": "1",
}


class TestReproducible:
    """The same card, made again."""

    def test_same_bytes_in_two_processes(self, tmp_path: Path) -> None:
        """Another order of hashes, time zone, language, folder, home and fonts: the same bytes.

        The card holds figures, attachments and names in many scripts.
        """
        ran = [
            subprocess.run(
                [sys.executable, "-c", CODE],
                check=True,
                capture_output=True,
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": home, **settings},
            ).stdout
            for settings, folder, home in (
                (HERE, ROOT, "/root"),
                (ELSEWHERE, tmp_path, str(tmp_path)),
            )
        ]
        assert ran[0] == ran[1] != b""
