"""Commands: how journeys run `cmr`, as a person would at a terminal."""

import os
import subprocess
import sys
from pathlib import Path

CMR = Path(sys.executable).with_name("cmr")


def cmr(
    *arguments: str | Path,
    home: Path,
    cwd: Path | None = None,
    program: Path = CMR,
    given: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `cmr` on the registry under `home` and return what it printed and ended with."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CMR_")}
    return subprocess.run(
        [str(program), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        input=given,
        timeout=300,
        env={**inherited, "CMR_HOME": str(home), "COLUMNS": "120", "NO_COLOR": "1"},
    )
