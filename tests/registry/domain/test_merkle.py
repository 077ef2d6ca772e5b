"""The tree of the trail, against an independent recursion and every proof up to 70 entries."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import merkle

LEAVES = [f"entry {number}".encode() for number in range(70)]


@cache
def independent_root(low: int, high: int) -> bytes:
    """Return the root over leaves [low, high) straight from the definition of RFC 6962."""
    if high == low:
        return hashlib.sha256(b"").digest()
    if high - low == 1:
        return hashlib.sha256(b"\x00" + LEAVES[low]).digest()
    split = 1
    while split * 2 < high - low:
        split *= 2
    left, right = independent_root(low, low + split), independent_root(low + split, high)
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(size: int) -> tuple[merkle.Frontier, dict[tuple[int, int], bytes]]:
    """Return a tree of the first `size` leaves and its stored subtrees."""
    frontier, stored = merkle.Frontier(), dict[tuple[int, int], bytes]()
    for leaf in LEAVES[:size]:
        for level, index, joined in frontier.append(merkle.leaf_hash(leaf)):
            stored[level, index] = joined
    return frontier, stored


class TestRoot:
    """The root of a growing tree."""

    def test_published_empty_tree(self) -> None:
        """RFC 6962 2.1: the hash of an empty list is the hash of an empty string."""
        assert merkle.Frontier().root() == bytes.fromhex(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )

    @pytest.mark.parametrize("size", range(71))
    def test_frontier_and_stored_nodes_agree_with_the_definition(self, size: int) -> None:
        """Both ways to the root give what the definition gives."""
        frontier, stored = grown(size)
        wanted = independent_root(0, size)
        assert frontier.root() == wanted
        assert merkle.root(lambda level, index: stored[level, index], size) == wanted

    def test_frontier_survives_storage(self) -> None:
        """A frontier read back from its bytes goes on as if it had never been stored."""
        frontier, _ = grown(13)
        again = merkle.Frontier.from_bytes(13, frontier.to_bytes())
        assert again.root() == frontier.root()


class TestProofs:
    """Proofs of inclusion and consistency."""

    _, stored = grown(70)

    def node(self, level: int, index: int) -> bytes:
        """Return a stored subtree."""
        return self.stored[level, index]

    def test_every_entry_of_every_size_is_provable(self) -> None:
        """2,485 proofs hold, and none holds for the neighbouring place."""
        for size in range(1, 71):
            top = independent_root(0, size)
            for index in range(size):
                proof = merkle.inclusion_proof(self.node, index, size)
                leaf = merkle.leaf_hash(LEAVES[index])
                assert merkle.verify_inclusion(leaf, index, size, proof, top)
                assert not merkle.verify_inclusion(leaf, index ^ 1, size, proof, top) or size == 1

    def test_every_beginning_is_provable(self) -> None:
        """Every smaller tree is shown to be the beginning of every larger one."""
        for new in range(1, 71):
            for old in range(1, new + 1):
                proof = merkle.consistency_proof(self.node, old, new)
                tops = independent_root(0, old), independent_root(0, new)
                assert merkle.verify_consistency(old, new, proof, *tops)

    @given(st.integers(2, 70), st.data())
    def test_no_other_beginning_is(self, new: int, data: st.DataObject) -> None:
        """A root of another size, or one changed bit in the proof, does not hold."""
        old = data.draw(st.integers(1, new - 1))
        proof = merkle.consistency_proof(self.node, old, new)
        tops = independent_root(0, old), independent_root(0, new)
        assert not merkle.verify_consistency(old, new, proof, tops[1], tops[1])
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof]
        bent[place] = bytes([bent[place][0] ^ 1]) + bent[place][1:]
        assert not merkle.verify_consistency(old, new, bent, *tops)
        assert not merkle.verify_consistency(old, new, [*proof, tops[0]], *tops)

    def test_outside_the_tree_is_refused(self) -> None:
        """No proof is made or believed for an entry that the tree does not have."""
        with pytest.raises(ValueError, match="entry 5 is not among the first 5"):
            merkle.inclusion_proof(self.node, 5, 5)
        with pytest.raises(ValueError, match="no proof leads from 0 to 5"):
            merkle.consistency_proof(self.node, 0, 5)
        assert not merkle.verify_inclusion(b"", 5, 5, [], b"")
        assert not merkle.verify_consistency(6, 5, [b""], b"", b"")

    def test_a_proof_that_is_too_long_is_refused(self) -> None:
        """Steps beyond the root are not ignored."""
        leaf = merkle.leaf_hash(LEAVES[0])
        assert not merkle.verify_inclusion(leaf, 0, 1, [leaf], leaf)
