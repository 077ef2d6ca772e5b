"""Facts about patients' keys, lists of patients and plausible counts."""

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.datasets import (
    identifiers,
    normalised,
    packed,
    patient_key,
    require_counts,
    require_partition,
    require_plausible_count,
    unpacked,
)
from registry.domain.errors import BadInputError, IntegrityError

SECRET = bytes(range(32))


class TestPatientKey:
    """Patient keys."""

    def test_is_hmac_sha256_of_the_marked_identifier(self) -> None:
        """The construction is the documented one."""
        expected = hmac.digest(SECRET, b"patient\np001", hashlib.sha256)
        assert patient_key(SECRET, "P001") == expected

    @pytest.mark.parametrize("other", [" P001 ", "p001", "\uff30001"])
    def test_spelling_of_one_patient_is_one_key(self, other: str) -> None:
        """Blanks, case and width do not make another patient."""
        assert patient_key(SECRET, other) == patient_key(SECRET, "P001")

    def test_leading_zeros_tell_patients_apart(self) -> None:
        """7 and 007 are two patients."""
        assert patient_key(SECRET, "7") != patient_key(SECRET, "007")

    def test_another_registry_has_other_keys(self) -> None:
        """Keys cannot be compared without the secret."""
        assert patient_key(SECRET, "7") != patient_key(bytes(32), "7")

    def test_empty_identifier_is_refused(self) -> None:
        """Nobody is not a patient."""
        with pytest.raises(BadInputError, match="empty"):
            patient_key(SECRET, "  ")

    @given(st.text())
    def test_normalising_twice_changes_nothing_for_plain_text(self, text: str) -> None:
        """ASCII identifiers are normalised in one step."""
        plain = text.encode("ascii", "ignore").decode()
        assert normalised(normalised(plain)) == normalised(plain)


class TestPacked:
    """Packed keys."""

    def test_keys_are_sorted_and_stand_once(self) -> None:
        """Order and repetition of the list leave no mark."""
        low, high = bytes(32), bytes([255]) * 32
        assert packed([high, low, high]) == low + high

    @given(st.sets(st.binary(min_size=32, max_size=32)))
    def test_what_is_packed_is_unpacked(self, keys: set[bytes]) -> None:
        """All keys come back, in order."""
        assert list(unpacked(packed(keys))) == sorted(keys)

    def test_damaged_keys_are_refused(self) -> None:
        """A length that is no multiple of 32 is damage."""
        with pytest.raises(IntegrityError, match="damaged"):
            list(unpacked(bytes(33)))


class TestIdentifiers:
    """Lists of patients."""

    def test_single_column_needs_no_name(self) -> None:
        """A header and one identifier a line."""
        assert list(identifiers([b"patient\nA\nB\n"])) == ["A", "B"]

    def test_pieces_may_be_cut_anywhere(self) -> None:
        """A letter of two bytes and a line cut in two are put together."""
        content = "patient\nÄ1\nB2".encode()
        assert list(identifiers([content[i : i + 1] for i in range(len(content))])) == ["Ä1", "B2"]

    def test_named_column_is_taken(self) -> None:
        """Of several columns the named one counts; quotes and Windows line ends are CSV's."""
        content = b'\xef\xbb\xbfname,id\r\n"Doe, J",7\r\n"Roe, R",8\r\n'
        assert list(identifiers([content], column="id")) == ["7", "8"]

    def test_empty_lines_are_passed_over(self) -> None:
        """A blank last line is no patient."""
        assert list(identifiers([b"id\nA\n\n"])) == ["A"]

    def test_row_without_identifier_is_named_by_number(self) -> None:
        """The row is named; no identifier is repeated."""
        with pytest.raises(BadInputError, match="Row 2 has no identifier"):
            list(identifiers([b"id,site\nA,x\n,y\n"], column="id"))

    def test_several_columns_need_a_choice(self) -> None:
        """The columns there are, are named."""
        with pytest.raises(BadInputError, match=r"Say which column.*name, id"):
            list(identifiers([b"name,id\nA,1\n"]))

    def test_unknown_column_is_refused(self) -> None:
        """A column that is not there is named."""
        with pytest.raises(BadInputError, match="no column “mrn”"):
            list(identifiers([b"name,id\nA,1\n"], column="mrn"))

    def test_nothing_is_refused(self) -> None:
        """An empty stream is no list."""
        with pytest.raises(BadInputError, match="list is empty"):
            list(identifiers([]))

    def test_other_encoding_is_refused(self) -> None:
        """What is not UTF-8 is said to be so."""
        with pytest.raises(BadInputError, match="UTF-8"):
            list(identifiers([b"id\n\xff\xfe\n"]))


class TestRequireCounts:
    """Counts of partitions."""

    @pytest.mark.parametrize("part", ["patients", "positives"])
    def test_more_than_all_exams_is_refused(self, part: str) -> None:
        """Partition and count are named."""
        counts: dict[str, Any] = {"exams": 3, "patients": None, "positives": None, part: 4}
        with pytest.raises(BadInputError, match=rf"partitions\.test\.{part}: 4 {part}"):
            require_counts({"test": counts})

    def test_no_partition_is_refused(self) -> None:
        """A dataset has at least one partition."""
        with pytest.raises(BadInputError, match="at least one partition"):
            require_counts({})

    def test_unknown_counts_are_sound(self) -> None:
        """What was not counted is None, not 0."""
        require_counts({"test": {"exams": 3, "patients": None, "positives": 3}})


class TestRequirePartition:
    """Partitions asked for."""

    def test_unknown_partition_names_those_there_are(self) -> None:
        """The remedy is in the sentence."""
        with pytest.raises(BadInputError, match="it has: a, b"):
            require_partition("c", {"b": {}, "a": {}})

    def test_known_partition_is_returned(self) -> None:
        """What is there is given back."""
        assert require_partition("a", {"a": {}}) == "a"


class TestRequirePlausibleCount:
    """Patients in a list against the record."""

    def test_other_number_is_refused(self) -> None:
        """Both numbers are said."""
        with pytest.raises(BadInputError, match=r"names 3 patients.*says 4"):
            require_plausible_count(3, "test", {"patients": 4})

    @pytest.mark.parametrize("recorded", [3, None])
    def test_same_or_unrecorded_number_is_sound(self, recorded: int | None) -> None:
        """The same number fits, and an unknown one cannot contradict."""
        require_plausible_count(3, "test", {"patients": recorded})
