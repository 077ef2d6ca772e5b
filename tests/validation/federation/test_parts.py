"""Tests of the parts that a merged tally names and carries."""

from dataclasses import replace

import pytest

from tests.validation.federation.test_hiding import hidden, random_rows
from tests.validation.federation.test_merging import by_site
from validation.errors import TallyError
from validation.federation import parts as module
from validation.federation.merging import merge
from validation.federation.parts import (
    Part,
    differs_because,
    gathered_parts,
    part_of,
    parts_as_json,
    parts_of,
)
from validation.tallies import Tally
from validation.tallies.files import read, signature_of, write

SEAL = {"key": "21cc4ff8a0850322", "signature": "none that holds"}
ROWS = [{**row, "site": "RST"[n % 3]} for n, row in enumerate(random_rows(2, 600))]
TALLIES = {site: hidden(own) for site, own in by_site(ROWS).items()}


def signed(site: str) -> bytes:
    """Return the file of a site's tally with a signature."""
    return write(TALLIES[site], signature=SEAL)


def merged(*contents: bytes, absent: tuple[str, ...] = ()) -> tuple[Tally, bytes]:
    """Return some files merged, and the file of it."""
    tally = merge([(str(n), read(one)) for n, one in enumerate(contents)], expected=absent)
    return tally, write(tally, parts=parts_as_json(gathered_parts(contents)))


class TestPartOf:
    """One file as a part."""

    def test_signed(self) -> None:
        """It travels whole, with its signature."""
        found = part_of(signed("R"))
        assert (found.sites, found.digest, found.key) == (("R",), TALLIES["R"].digest, SEAL["key"])
        assert found.signature == SEAL
        assert found.file == signed("R")

    def test_unsigned(self) -> None:
        """It is named only."""
        found = part_of(write(TALLIES["R"]))
        assert (found.key, found.file, found.signature) == (None, None, None)


class TestPartsOf:
    """The parts of a merged file."""

    def test_come_back(self) -> None:
        """As they were gathered, in the order of their digests."""
        contents = [signed("R"), write(TALLIES["S"])]
        _, content = merged(*contents)
        assert parts_of(content) == gathered_parts(contents)

    def test_of_a_file_that_was_not_merged(self) -> None:
        """There are none."""
        assert parts_of(signed("R")) == ()

    def test_of_parts_that_were_merged(self) -> None:
        """Two merged before the third: the same three."""
        _, two = merged(signed("R"), signed("S"))
        _, three = merged(two, signed("T"))
        _, at_once = merged(signed("R"), signed("S"), signed("T"))
        assert three == at_once
        assert len(parts_of(three)) == 3

    def test_do_not_change_the_tally(self) -> None:
        """Its digest is that of its counts; its own signature stands beside them."""
        tally, content = merged(signed("R"), signed("S"))
        assert read(content).digest == tally.digest
        again = write(tally, signature=SEAL, parts=parts_as_json(gathered_parts([content])))
        assert signature_of(again) == SEAL
        assert parts_of(again) == parts_of(content)

    @pytest.mark.parametrize("said", [b"{", b"[1]", b'[{"file": "***"}]', b"[{}]"])
    def test_a_damaged_list(self, said: bytes) -> None:
        """Is said, with the remedy."""
        with pytest.raises(TallyError, match="list of parts of this merged tally is damaged"):
            parts_of(write(TALLIES["R"], parts=said))

    def test_a_key_without_a_file_is_no_key(self) -> None:
        """Whoever writes a key's name has not signed anything."""
        part = Part(sites=("R",), digest="sha256:1", table_digest="sha256:2", key="f" * 16)
        (found,) = parts_of(write(TALLIES["R"], parts=parts_as_json([part])))
        assert found.key is None


class TestGatheredParts:
    """The parts of what is merged."""

    def test_too_much_to_carry(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Is refused; unsigned tallies do not travel."""
        monkeypatch.setattr(module, "MOST_BYTES", len(signed("R")))
        assert gathered_parts([signed("R"), write(TALLIES["S"])])
        with pytest.raises(TallyError, match="Send them one by one"):
            gathered_parts([signed("R"), signed("S")])


class TestDiffersBecause:
    """Whether a tally is what its parts give."""

    def test_what_was_merged_of_them(self) -> None:
        """Merged again it is the same, with who did not answer."""
        tally, content = merged(signed("R"), signed("S"), absent=("U",))
        assert differs_because(read(content), parts_of(content)) is None
        assert tally.absent == ("U",)

    def test_other_counts(self) -> None:
        """A count was made one larger after the merging."""
        tally, content = merged(signed("R"), signed("S"))
        exams = tally.views[0].cells.exams.copy()
        exams[0] += 1
        cells = replace(tally.views[0].cells, exams=exams)
        changed = replace(tally, views=(replace(tally.views[0], cells=cells), *tally.views[1:]))
        assert "other counts" in str(differs_because(changed, parts_of(content)))

    def test_other_tables(self) -> None:
        """The same counts, said to be of another table."""
        tally, content = merged(signed("R"), signed("S"))
        changed = replace(tally, table_digest="sha256:" + "0" * 63 + "1")
        assert "other counts" in str(differs_because(changed, parts_of(content)))

    def test_a_part_that_did_not_travel(self) -> None:
        """Cannot be merged again; its site is named."""
        tally, content = merged(signed("R"), write(TALLIES["S"]))
        assert "the part of S is not in the file" in str(differs_because(tally, parts_of(content)))

    def test_parts_that_do_not_fit(self) -> None:
        """The same site twice."""
        tally, _ = merged(signed("R"), signed("S"))
        twice = [part_of(signed("R")), part_of(signed("R"))]
        assert "cannot be merged" in str(differs_because(tally, twice))
