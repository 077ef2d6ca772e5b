"""Facts about paths and kinds of content; no pickle made here is ever loaded."""

import io
import json
import os
import pickle
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import BadInputError
from registry.domain.versions import content_kind, require_paths


class Attack:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Ask the reader to run a command."""
        return os.system, ("true",)


def zipped(**entries: bytes) -> bytes:
    """Return a zip archive of the entries, stored."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def safetensors(header: Mapping[str, object]) -> bytes:
    """Return a safetensors file: length, JSON header, data."""
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(16)


class TestRequirePaths:
    """Paths of a version's files."""

    def test_plain_paths_are_sound(self) -> None:
        """Folders are written with a slash."""
        require_paths(["model.json", "weights/part-1.safetensors"])

    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            ("/etc/passwd", "absolute"),
            ("../model.json", "leads out"),
            ("a/../../b", "leads out"),
            ("a\\b", "backslash"),
            ("a\nb", "control character"),
            ("a//b", "not plain"),
            ("./a", "not plain"),
            ("a/", "not plain"),
            ("", "1 to 400"),
            ("a" * 401, "1 to 400"),
        ],
    )
    def test_unsound_path_is_refused(self, path: str, problem: str) -> None:
        """The entry and what is wrong with it are named."""
        with pytest.raises(BadInputError, match=problem) as refused:
            require_paths(["fine", path])
        assert refused.value.field == "artifacts[2].path"

    def test_one_path_twice_is_refused(self) -> None:
        """Two files cannot stand in one place."""
        with pytest.raises(BadInputError, match="twice"):
            require_paths(["a", "a"])

    def test_no_file_is_refused(self) -> None:
        """A version is a set of files, not an empty one."""
        with pytest.raises(BadInputError, match="at least one file"):
            require_paths([])


class TestContentKind:
    """What first bytes show."""

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_attack_of_every_protocol_is_flagged(self, protocol: int) -> None:
        """A pickle that runs a command is executable content in all protocols."""
        assert content_kind(pickle.dumps(Attack(), protocol)) == "executable content"

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_harmless_pickle_is_flagged_too(self, protocol: int) -> None:
        """Harmless today is no reason: opening it is the danger."""
        assert content_kind(pickle.dumps({"a": [1, 2]}, protocol)) == "executable content"

    def test_long_old_pickle_is_flagged_by_its_beginning(self) -> None:
        """A pickle cut off by the megabyte that is looked at is flagged by what it imports."""
        assert content_kind(pickle.dumps(Attack(), 0)[:-8]) == "executable content"

    def test_torch_archive_is_flagged(self) -> None:
        """The zip that torch writes holds a pickle by name."""
        assert content_kind(zipped(archive__data_pkl=b"x")) == "executable content"

    def test_renamed_pickle_in_a_zip_is_flagged(self) -> None:
        """A pickle inside a zip is found by its bytes, whatever its name."""
        inner = pickle.dumps(Attack())
        assert content_kind(zipped(readme_txt=inner)) == "executable content"

    def test_plain_zip_is_a_zip(self) -> None:
        """A zip of text runs nothing."""
        assert content_kind(zipped(readme_txt=b"hello")) == "zip"

    def test_zlib_compressed_pickle_is_flagged(self) -> None:
        """The compression that joblib uses does not hide a pickle."""
        assert content_kind(zlib.compress(pickle.dumps(Attack()))) == "executable content"

    def test_zlib_compressed_text_is_compressed(self) -> None:
        """Compressed text runs nothing."""
        assert content_kind(zlib.compress(b"hello, hello, hello")) == "compressed"

    def test_numpy_objects_are_flagged(self) -> None:
        """An array of Python objects is a pickle inside."""
        made = io.BytesIO()
        np.save(made, np.array([{}], dtype=object), allow_pickle=True)
        assert content_kind(made.getvalue()) == "executable content"

    def test_numpy_numbers_are_not(self) -> None:
        """An array of numbers runs nothing."""
        made = io.BytesIO()
        np.save(made, np.arange(3.0))
        assert content_kind(made.getvalue()) == "unknown"

    def test_safetensors(self) -> None:
        """Length and JSON header make a safetensors file."""
        header = {"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}
        assert content_kind(safetensors(header)) == "safetensors"

    def test_safetensors_of_640_bytes_of_header_is_no_pickle(self) -> None:
        """A header of 0x280 bytes begins with the very bytes of a pickle, and is none."""
        header: dict[str, object] = {"__metadata__": {"note": ""}}
        header["__metadata__"] = {"note": "x" * (0x280 - len(json.dumps(header)))}
        made = safetensors(header)
        assert made.startswith(b"\x80\x02")
        assert content_kind(made) == "safetensors"

    def test_pickle_that_poses_as_safetensors_is_flagged(self) -> None:
        """Where the header is not wholly visible the pickle's mark decides."""
        assert content_kind(b"\x80\x02X\x05\x00\x00\x00\x00{" + b"x" * 64) == "executable content"

    def test_header_that_is_no_json_is_no_safetensors(self) -> None:
        """The right length and a brace alone do not make one."""
        assert content_kind((5).to_bytes(8, "little") + b"{nope") == "unknown"

    def test_parquet(self) -> None:
        """A Parquet file is one."""
        made = io.BytesIO()
        pq.write_table(pa.table({"a": [1]}), made)
        assert content_kind(made.getvalue()) == "parquet"

    def test_onnx(self) -> None:
        """A protobuf that begins with ONNX's version and producer is taken for ONNX."""
        assert content_kind(b"\x08\x08\x12\x07pytorch") == "onnx"

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"GGUF\x03\x00\x00\x00", "gguf"),
            (b'  {"a": 1}', "json"),
            (b"[1]", "json"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"", "unknown"),
            (b"age,sex\n1,2\n", "unknown"),
            (b"score\n0.5\n", "unknown"),
            (b"\x78\x9cnot zlib", "compressed"),
        ],
    )
    def test_other_beginnings(self, head: bytes, kind: str) -> None:
        """Magic bytes decide; what has none is unknown, never guessed."""
        assert content_kind(head) == kind

    @given(st.binary(max_size=200))
    def test_nothing_makes_it_fail(self, head: bytes) -> None:
        """Any bytes whatever have a kind."""
        assert isinstance(content_kind(head), str)
