"""Facts about reading releases: a zip that anybody may have made hides nothing."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.domain import releases
from registry.domain.errors import BadInputError
from registry.domain.releases import Asked
from registry.store import releases as store
from tests.factories.releases import Release, keep, zipped


def read(folder: Path, content: bytes) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """Return the files of a zip with these bytes, and what is wrong with it."""
    path = folder / "given.zip"
    path.write_bytes(content)
    files, faults = store.read(path)
    return files, [(name, file) for name, file, _ in faults]


def named(*names: str) -> bytes:
    """Return a zip of files with these names."""
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"content")
    return spool.getvalue()


class TestZip:
    """Oddities of the container."""

    def test_a_whole_one_has_none(self, release: Release, tmp_path: Path) -> None:
        """Zip and folder give the same files, and nothing is wrong with either."""
        files, faults = store.read(keep(release, tmp_path))
        assert (files, faults) == (release.files, [])
        for path, content in release.files.items():
            target = tmp_path / "folder" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        assert store.read(tmp_path / "folder") == (release.files, [])

    @pytest.mark.parametrize(
        "name",
        [
            "../evil.txt", "/etc/passwd", "a/../../b", "C:\\evil", "c:evil", "a\\b.json", "CON",
            "aux.json", "a//b", "a/./b", ".hidden", "card.pdf.", "trail/", "dossier\u202e.json",
            "d\u043essier.json", "a/b/c/d/e", "x" * 300, "a\nb",
        ],
    )  # fmt: skip
    def test_names_that_leave_or_deceive(self, tmp_path: Path, name: str) -> None:
        """A name that could leave its folder or pass for another is said, and not read."""
        files, faults = read(tmp_path, named("dossier.json", name))
        assert list(files) == ["dossier.json"]
        assert [fault for fault, _ in faults] == ["file.name"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["given.zip"]

    def test_names_that_are_there_twice(self, tmp_path: Path) -> None:
        """Also where they differ by case alone, of which some systems make one."""
        with pytest.warns(UserWarning, match="Duplicate"):
            content = named("dossier.json", "dossier.json")
        assert read(tmp_path, content)[1] == [("file.twice", "dossier.json")]
        assert read(tmp_path, named("card.pdf", "Card.PDF"))[1] == [("file.twice", "Card.PDF")]

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        """Neither in a zip nor in a folder."""
        spool = io.BytesIO()
        with zipfile.ZipFile(spool, "w") as archive:
            link = zipfile.ZipInfo("card.pdf")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        assert read(tmp_path, spool.getvalue()) == ({}, [("file.name", "card.pdf")])
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "card.pdf").symlink_to("/etc/passwd")
        assert store.read(folder) == ({}, [("file.name", "card.pdf", {})])

    def test_bombs_are_not_unpacked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One file, all together, or too many: what is beyond all measure stays packed."""
        monkeypatch.setattr(store, "LARGEST", 1000)
        monkeypatch.setattr(store, "WHOLE", 1500)
        monkeypatch.setattr(store, "MANY", 3)
        content = zipped({"a": bytes(1001), "b": bytes(900), "c": bytes(900), "d": b""})
        files, faults = read(tmp_path, content)
        assert list(files) == ["b"]
        assert faults == [("file.large", "a"), ("file.large", "c"), ("file.large", "d")]
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "a").write_bytes(bytes(1001))
        assert [one[:2] for one in store.read(folder)[1]] == [("file.large", "a")]

    def test_a_size_that_lies(self, tmp_path: Path) -> None:
        """A file that says it is smaller than it is is cut off and said to be damaged."""
        content = bytearray(zipped({"a": bytes(100_000)}))
        place = content.find(b"PK\x01\x02")
        struct.pack_into("<I", content, place + 24, 10)
        files, faults = read(tmp_path, bytes(content))
        assert files == {}
        assert faults == [("file.damaged", "a")]

    def test_bytes_that_belong_to_no_file(self, release: Release, tmp_path: Path) -> None:
        """Before the first, between two, behind the last, or as a comment."""
        whole = zipped(release.files)
        assert read(tmp_path, whole)[1] == []
        assert ("file.hidden", "given.zip") in read(tmp_path, b"MZ hidden" + whole)[1]
        start = whole.find(b"PK\x01\x02")
        moved = bytearray(whole[:start] + b"hidden" + whole[start:])
        end = moved.rfind(b"PK\x05\x06")
        struct.pack_into("<I", moved, end + 16, start + 6)
        assert ("file.hidden", "given.zip") in read(tmp_path, bytes(moved))[1]
        spool = io.BytesIO(whole)
        with zipfile.ZipFile(spool, "a") as archive:
            archive.comment = b"hidden words"
        assert read(tmp_path, spool.getvalue())[1] == [("file.hidden", "given.zip")]

    def test_what_is_cut_off(self, release: Release, tmp_path: Path) -> None:
        """A zip that ends too early, or is none behind its first letters, is damaged."""
        whole = zipped(release.files)
        for content in (whole[: len(whole) // 2], whole[:-10], b"PK", b"PK\x03\x04nothing"):
            files, faults = read(tmp_path, content)
            assert files == {}
            assert faults == [("file.damaged", "given.zip")]

    def test_what_asks_for_a_password(self, tmp_path: Path) -> None:
        """An encrypted file cannot be read, which is a finding."""
        content = bytearray(zipped({"a": b"x"}))
        content[content.find(b"PK\x01\x02") + 8] |= 1
        content[6] |= 1
        assert read(tmp_path, bytes(content))[1] == [("file.damaged", "a")]


class TestKind:
    """Which of the two a file is."""

    def test_by_its_first_bytes(self, tmp_path: Path) -> None:
        """Zip or folder, PDF, or neither, which is said."""
        for content, kind in ((b"PK\x03\x04", "bundle"), (b"%PDF-1.7", "card")):
            (tmp_path / "x").write_bytes(content)
            assert store.kind(tmp_path / "x") == kind
        assert store.kind(tmp_path) == "bundle"
        (tmp_path / "x").write_bytes(b"hello")
        with pytest.raises(BadInputError, match="neither a release bundle"):
            store.kind(tmp_path / "x")
        with pytest.raises(BadInputError, match="cannot be read"):
            store.kind(tmp_path / "absent")


class TestDamage:
    """Whatever happens to the bytes of a bundle."""

    @given(data=st.data())
    @settings(
        max_examples=15,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_is_found_and_never_breaks_the_check(
        self, release: Release, tmp_path: Path, data: st.DataObject
    ) -> None:
        """A few flipped bytes, or a piece cut out, leave no bundle of which all holds."""
        content = bytearray(zipped(release.files))
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
            content[place] ^= data.draw(st.integers(1, 255))
        if data.draw(st.booleans()):
            start = data.draw(st.integers(2, len(content)))
            del content[start : start + data.draw(st.integers(0, 40))]
        path = tmp_path / "damaged.zip"
        path.write_bytes(content)
        files, faults = store.read(path)
        report = releases.check_bundle(files, asked=Asked(key=release.key), faults=faults)
        assert report.headline
        assert not report.holds or files == release.files

    @given(which=st.integers(0, 99), share=st.integers(0, 9999), by=st.integers(1, 255))
    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    def test_inside_a_file_too(self, release: Release, which: int, share: int, by: int) -> None:
        """The zip is whole and signed anew, and a byte of one file is not what it was."""
        proving = release.files.keys() - {releases.README, releases.VERIFIER}
        paths = sorted(proving)
        path = paths[which % len(paths)]
        content = bytearray(release.files[path])
        content[len(content) * share // 10_000] ^= by
        made = release.put(path, bytes(content))
        if path not in {releases.MANIFEST, releases.MARK}:
            made = made.listed(release.secret)
        report = made.checked()
        assert not report.holds, path
