r"""Tests of Spark's spelling: what is rewritten, and that nothing else is."""

import re

import pytest

from validation.engines.spark_dialect import quoted, spelled


class TestSpelled:
    """A statement of ours as Spark spells it."""

    def test_what_is_alike_stays(self) -> None:
        """A statement that both understand is handed on word for word."""
        asked = "SELECT a0, count(*) FROM coded WHERE left_out IS NULL GROUP BY ALL ORDER BY ALL"
        assert spelled(asked) == asked

    @pytest.mark.parametrize("ours", ["FILTER (n > 1)", "FILTER (WHERE n > 1)"])
    def test_filter(self, ours: str) -> None:
        """Spark wants a WHERE inside a filter; one that is there stays alone."""
        assert spelled(f"count(*) {ours}") == "count(*) FILTER (WHERE n > 1)"

    def test_tables_become_views(self) -> None:
        """A table of a session is a view there."""
        assert spelled("CREATE TABLE coded AS SELECT 1") == (
            "CREATE OR REPLACE TEMPORARY VIEW coded AS SELECT 1"
        )

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ("'Zürich'", "'Zürich'"),
            ("'O''Brien'", r"'O\'Brien'"),
            (r"'a\b'", r"'a\\b'"),
            ("'FILTER (n) trim(v, x)'", "'FILTER (n) trim(v, x)'"),
        ],
    )
    def test_texts(self, ours: str, theirs: str) -> None:
        """A backslash begins an escape there; what looks like a call in a text is none."""
        assert spelled(ours) == theirs

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ("strlen(c1)", "octet_length(c1)"),
            ("trim(c1, ' x')", "btrim(c1, ' x')"),
            ("isinf(TRY_CAST(c1 AS DOUBLE))", "(abs(TRY_CAST(c1 AS DOUBLE)) = double('Infinity'))"),
            ("round_even(s * 2e0, 0)", "rint(s * 2e0)"),
            ("hash(0, a0, coalesce(s, 0e0))", "xxhash64(0, a0, coalesce(s, 0e0))"),
            ("arg_min(v, (n, v))", "min_by(v, struct(n, v))"),
            ("list(struct_pack(key := k, exam := strlen(e)))",
             "collect_list(struct(k AS key, octet_length(e) AS exam))"),
            ("list(v ORDER BY n DESC, v)",
             ("transform(sort_array(collect_list(struct(-n AS place, v AS value))), "
             "pair -> pair.value)")),
            ("nfc_normalize(v)",
             ("CASE WHEN v IS NOT NULL THEN "
             "reflect('com.ibm.icu.text.Normalizer', 'compose', v, false) END")),
        ],
    )  # fmt: skip
    def test_calls(self, ours: str, theirs: str) -> None:
        """Functions of another name or form."""
        assert spelled(ours) == theirs

    def test_calls_within_calls(self) -> None:
        """Commas and brackets in the arguments of a call are the arguments' own."""
        asked = "strlen(trim(coalesce(a[1], 'x,('), ')'))"
        assert spelled(asked) == "octet_length(btrim(coalesce(a[1], 'x,('), ')'))"

    def test_names_that_hold_a_function(self) -> None:
        """A column that is called like a function is no call, nor is a longer name."""
        assert spelled("SELECT hash, strlen2(x)") == "SELECT hash, strlen2(x)"

    def test_words_for_nothing(self) -> None:
        """Two lists that are opened side by side are zipped, over lines and brackets."""
        asked = "SELECT unnest([0, 1]) AS place, unnest([trim(f0, '\n'), f1[2]]) AS word FROM t"
        assert spelled(asked) == (
            "SELECT inline(arrays_zip(array(0, 1), array(btrim(f0, '\n'), f1[2]))) "
            "AS (place, word) FROM t"
        )

    def test_patterns_match_whole(self) -> None:
        """A full match is anchored at both ends, whatever choice stands in it."""
        assert spelled("regexp_full_match(c1, 'a|b')") == r"(c1 RLIKE '^(?:a|b)\\z')"

    def test_ends_and_blanks_of_patterns(self) -> None:
        r"""``$`` means the very end, and ``\s`` has no vertical tab, alone and inside a class."""
        found = spelled(r"regexp_replace(c1, '[\s\x{a0}]+$', '', 'g')")
        assert found == r"regexp_replace(c1, '[[\\t\\n\\f\\r ]\\x{a0}]+\\z', '')"

    def test_regexp_matches(self) -> None:
        """A match anywhere stays one."""
        assert spelled(r"regexp_matches(c1, '^\d')") == r"(c1 RLIKE '^\\d')"

    def test_quotation_marks_in_patterns(self) -> None:
        """A quotation mark in a pattern is one letter."""
        found = spelled("regexp_full_match(c1, '[''x]')")
        assert re.search(r"\[\\'x\]", found)


class TestQuoted:
    """Names of columns."""

    def test_backticks(self) -> None:
        """A backtick in a name stands twice."""
        assert quoted("a`b c") == "`a``b c`"
