"""Set-up: everything `make demo` or `make test` needs, installed once; standard library only.

``python3 requirements/install.py run`` prepares what the product needs,
``python3 requirements/install.py dev`` also what its tests need, and
``python3 requirements/install.py soak`` also what the long ones need: a Spark of this machine.
Each step is skipped when its result is already there.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MINIMUM = (3, 11)

# Shared libraries that WeasyPrint opens, and the Debian package of each.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "fontconfig",
}
# Programs that tests run, and the Debian package of each.
PROGRAMS = {
    "pdftoppm": "poppler-utils",
    "qpdf": "qpdf",
    "chromium": "chromium",
    "java": "openjdk-17-jre-headless",
    "softhsm2-util": "softhsm2",
}


def say(sentence: str) -> None:
    """Print one step."""
    print(f"set-up: {sentence}", flush=True)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command and end here if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=False)
    if done.returncode:
        sys.exit(f"set-up: this failed: {' '.join(map(str, command))}")


def install_packages(packages: list[str]) -> None:
    """Install Debian packages, or say the one line that does."""
    line = f"apt-get install --yes --no-install-recommends {' '.join(packages)}"
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode
    ):
        prefix = ["sudo", "-n"]
    else:
        sys.exit(f"set-up: some system packages are missing; run this once:\n\n    sudo {line}\n")
    if not shutil.which("apt-get"):
        sys.exit(f"set-up: please install what Debian calls {' '.join(packages)}")
    say(f"installing {', '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", line):
        done = subprocess.run(
            [*prefix, *command.split()],
            check=False,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            sys.exit(f"{said}\n\nset-up: this failed:\n\n    sudo {command}\n")


def opens(library: str) -> bool:
    """Tell whether a shared library can be opened."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def postgres_present() -> bool:
    """Tell whether a PostgreSQL server is installed."""
    return bool(
        shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    )


def system(kind: str) -> None:
    """Install the system packages that are missing."""
    missing = [package for library, package in LIBRARIES.items() if not opens(library)]
    if kind in {"dev", "soak"}:
        missing += [package for program, package in PROGRAMS.items() if not shutil.which(program)]
        if not postgres_present():
            missing.append("postgresql")
    if missing:
        install_packages(missing)


def environment() -> None:
    """Make the virtual environment."""
    if PYTHON.exists():
        return
    if sys.version_info < MINIMUM:
        sys.exit("set-up: Python 3.11 or newer is needed")
    say("making .venv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        install_packages([f"python3.{sys.version_info.minor}-venv"])
        run(sys.executable, "-m", "venv", VENV)


def stamped(name: str, *sources: Path) -> tuple[Path, str]:
    """Return the stamp of a step and what it must say when the step need not be done again."""
    hashed = hashlib.sha256()
    for source in sources:
        hashed.update(source.read_bytes())
    return VENV / f".{name}", hashed.hexdigest()


def python_packages(kind: str) -> None:
    """Install the locked Python packages and the project itself."""
    lock = ROOT / "requirements" / f"{kind}.txt"
    stamp, wanted = stamped(f"installed-{kind}", lock, ROOT / "pyproject.toml")
    whole = VENV / ".installed-dev"
    if any(path.exists() and path.read_text() == wanted for path in (stamp,)):
        return
    if kind == "run" and whole.exists():
        kind, lock = "dev", ROOT / "requirements" / "dev.txt"  # never a step back
        stamp, wanted = stamped("installed-dev", lock, ROOT / "pyproject.toml")
        if stamp.read_text() == wanted:
            return
    say(f"installing the packages of requirements/{lock.name} (once; a minute or two)")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted)


def spark() -> None:
    """Install what the long tests need on top of the others: a Spark of this machine."""
    lock = ROOT / "requirements" / "soak.txt"
    stamp, wanted = stamped("installed-soak", lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing the packages of requirements/{lock.name} (once; some hundred megabytes)")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", lock)
    stamp.write_text(wanted)


def npm() -> list[str]:
    """Return the command of an npm: the machine's, or the one that a Python package carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--no-deps", "-r", ROOT / "requirements" / "npm.txt")
    return [str(VENV / "bin" / "npm")]


def fonts() -> None:
    """Fetch the fonts of the card and put them where the package carries them."""
    stamp, wanted = stamped("fonts", ROOT / "package-lock.json", ROOT / "reports" / "fonts.py")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("fetching the fonts of the card (once)")
    run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    run(PYTHON, "-m", "reports.fonts", "node_modules")
    stamp.write_text(wanted)


def main(kind: str) -> None:
    """Do every step that is not done yet."""
    environment()
    system(kind)
    if kind == "soak":
        python_packages("dev")
        spark()
    else:
        python_packages(kind)
    fonts()


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"run", "dev", "soak"}:  # noqa: PLR2004 -- one word
        sys.exit("usage: install.py run|dev|soak")
    main(sys.argv[1])
