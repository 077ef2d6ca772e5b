"""Versions: the files of a version, and what kind of content their first bytes show.

Nothing is ever loaded. A pickle runs code when it is opened, whatever its name says; it is
recognised by its bytes and recorded as executable content.
"""

import contextlib
import json
import pickletools
import re
import zlib
from collections.abc import Sequence
from typing import Literal

from registry.domain.errors import BadInputError

ContentKind = Literal[
    "safetensors",
    "onnx",
    "json",
    "parquet",
    "gguf",
    "executable content",
    "zip",
    "compressed",
    "unknown",
]

_PICKLE_PROTOCOL = re.compile(rb"\x80[\x02-\x05]")
_DOTTED = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*")
_IMPORTS = frozenset({"GLOBAL", "INST"})
_RUNS_CODE = frozenset({"REDUCE", "OBJ", "BUILD", "PUT", "BINPUT", "APPENDS", "SETITEMS"})
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MAGIC: tuple[tuple[bytes | tuple[bytes, ...], ContentKind], ...] = (
    (b"PK\x03\x04", "zip"),
    ((*_ZLIB, b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"), "compressed"),
    (b"PAR1", "parquet"),
    (b"GGUF", "gguf"),
)
_SAFETENSORS_LENGTH = 8
_ONNX_NEXT_FIELDS = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)
_ONNX_VERSIONS = range(1, 32)
_NAME_AT = 30
_LONGEST_PATH = 400


def require_paths(paths: Sequence[str]) -> None:
    """Refuse paths that lead out of the version, are not plain, or stand twice.

    Raises
    ------
    BadInputError
        Names the file and what is wrong with its path.
    """
    if not paths:
        raise BadInputError("A version needs at least one file.", field="artifacts")
    seen: set[str] = set()
    for number, path in enumerate(paths, start=1):
        problem = _path_problem(path)
        if problem is None and path in seen:
            problem = "stands here twice"
        if problem is not None:
            raise BadInputError(f"“{path[:80]}” {problem}.", field=f"artifacts[{number}].path")
        seen.add(path)


def _path_problem(path: str) -> str | None:
    """Return what is wrong with a path, or None."""
    parts = [part for part in path.split("/") if part not in {"", "."}]
    plain = "/".join(parts)
    problems = {
        f"must have 1 to {_LONGEST_PATH} characters": not 0 < len(path) <= _LONGEST_PATH,
        "holds a control character": any(letter < " " or letter == "\x7f" for letter in path),
        "holds a backslash; write folders with /": "\\" in path,
        "is absolute; write it relative to the version": path.startswith("/"),
        "leads out of the version by ..": ".." in parts,
        f"is not plain; write {plain}": plain != path,
    }
    return next((problem for problem, found in problems.items() if found), None)


def content_kind(head: bytes) -> ContentKind:
    """Return what the first bytes of a file show it to be.

    Parameters
    ----------
    head : bytes
        The beginning of the file; a megabyte is plenty, and is all that is looked at.

    Returns
    -------
    str
        "executable content" for anything of the pickle family: also inside a zip (as torch saves
        it), zlib-compressed (as joblib saves it), or a NumPy array of objects.
    """
    if _is_safetensors(head):
        return "safetensors"
    if _runs_code(head):
        return "executable content"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.lstrip()[:1] in {b"{", b"["}:
        return "json"
    return "onnx" if _is_onnx(head) else "unknown"


def _runs_code(head: bytes) -> bool:
    """Tell whether opening the file as it is meant to be opened would run code in it."""
    if head.startswith(b"PK\x03\x04"):
        return _zip_holds_pickle(head)
    if head.startswith(_ZLIB):
        return _is_pickle(_inflated(head))
    return _is_pickle(head) or _holds_objects(head)


def _is_safetensors(head: bytes) -> bool:
    """Tell whether a whole JSON header stands where safetensors has it.

    A header that is not wholly visible proves nothing: a pickle can begin with the same bytes.
    """
    length = int.from_bytes(head[:_SAFETENSORS_LENGTH], "little")
    header = head[_SAFETENSORS_LENGTH : _SAFETENSORS_LENGTH + length]
    if not header.startswith(b"{") or len(header) != length:
        return False
    try:
        return isinstance(json.loads(header), dict)
    except ValueError:
        return False


def _is_pickle(head: bytes) -> bool:
    """Tell whether bytes begin as a pickle of any protocol, judged without running it."""
    if _PICKLE_PROTOCOL.match(head):
        return True
    names: set[str] = set()
    with contextlib.suppress(Exception):  # what cannot be parsed, however it fails, is no pickle
        for opcode, argument, _ in pickletools.genops(head):
            names.add(opcode.name)
            if opcode.name in _IMPORTS and _DOTTED.fullmatch(str(argument)):
                return True
        return bool(names & _RUNS_CODE)
    return False


def _holds_objects(head: bytes) -> bool:
    """Tell whether a NumPy file declares an array of Python objects, which is a pickle inside."""
    return head.startswith(b"\x93NUMPY") and re.search(rb"'descr':[^,]*O", head[:400]) is not None


def _zip_holds_pickle(head: bytes) -> bool:
    """Tell whether an archive's entries, as far as they are visible, hold a pickle."""
    at = head.find(b"PK\x03\x04")
    while at >= 0:
        name_length = int.from_bytes(head[at + 26 : at + 28], "little")
        extra_length = int.from_bytes(head[at + 28 : at + 30], "little")
        name = head[at + _NAME_AT : at + _NAME_AT + name_length]
        start = at + _NAME_AT + name_length + extra_length
        if name.lower().endswith((b".pkl", b".pickle", b".joblib")):
            return True
        if _PICKLE_PROTOCOL.match(head[start : start + 2]):
            return True
        at = head.find(b"PK\x03\x04", at + 4)
    return False


def _inflated(head: bytes) -> bytes:
    """Return the first inflated bytes of a zlib stream, or nothing."""
    try:
        return zlib.decompressobj().decompress(head, 64)
    except zlib.error:
        return b""


def _is_onnx(head: bytes) -> bool:
    """Tell whether bytes begin as an ONNX model: field 1 (its version), then a known field."""
    if len(head) <= 2 or head[0] != 0x08:  # noqa: PLR2004 -- the first tag and its varint
        return False
    return head[1] in _ONNX_VERSIONS and head[2] in _ONNX_NEXT_FIELDS
