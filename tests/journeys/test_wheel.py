"""The built wheel, alone in an empty environment, runs the main job."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.journeys.commands import cmr

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_it_carries_what_it_needs(wheel: Path) -> None:
    """Templates, migrations, policies, fonts and their licences travel as data, tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "registry/_data/templates/card/",
        "registry/_data/migrations/versions/",
        "registry/store/shipped_policies/",
        "reports/fonts/Inter-Regular.ttf",
        "reports/fonts/Inter-OFL.txt",
    ):
        assert any(name.startswith(part) for name in names), part
    assert not [name for name in names if name.startswith(("tests/", "templates/", "migrations/"))]


def test_it_runs_the_demo_alone(wheel: Path, tmp_path: Path) -> None:
    """`cmr demo` from the wheel's own files, in an environment without the checkout.

    Dependencies are those of the environment at hand (they are locked, and installing them again
    would only test the registry of packages); the project itself comes from the wheel alone.
    """
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)}))
    linked = tmp_path / "dependencies"
    linked.mkdir()
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if "clinical_model_registry" not in package.name:
            (linked / package.name).symlink_to(package)
    (site / "dependencies.pth").write_text(f"{linked}\n", encoding="utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([str(part) for part in pip], check=True, cwd=tmp_path)
    where = "import registry, reports, validation; print(registry.__file__, reports.__file__)"
    found = subprocess.run(
        [str(python), "-I", "-c", where], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert str(ROOT) not in found.stdout, found.stdout
    home = tmp_path / "registry"
    done = cmr("demo", home=home, cwd=tmp_path, program=venv / "bin" / "cmr")
    assert done.returncode == 0, done.stderr
    assert len(list(home.glob("*.pdf"))) == 3
    assert os.environ.get("PYTHONPATH") is None
