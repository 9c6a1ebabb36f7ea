"""Hash trees give the roots and proofs of the public vectors, and refuse every other.

Proofs are checked by the log and, in a file of its own, by whoever gets a bundle: both are held to the same vectors.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.audit.evidence.verifier import tree
from runner.record import merkle

# The vectors of the reference implementations of RFC 6962.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONTINUATIONS = {
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}

node = merkle.nodes_of([merkle.leaf_hash(each) for each in LEAVES])


@pytest.mark.parametrize("size", range(9))
def test_a_tree_has_the_root_of_the_public_vectors(size: int) -> None:
    grown = merkle.Frontier()
    for each in LEAVES[:size]:
        grown.add(merkle.leaf_hash(each))
    assert merkle.root(node, size).hex() == grown.root().hex() == ROOTS[size]


CHECKS = pytest.mark.parametrize("checks", [merkle, tree], ids=["log", "bundle"])


@CHECKS
@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_a_leaf_has_the_path_of_the_public_vectors(checks: Any, index: int, size: int) -> None:
    path = merkle.inclusion_path(node, index, size)
    assert [each.hex() for each in path] == list(INCLUSIONS[index, size])
    leaf = checks.leaf_hash(LEAVES[index])
    assert checks.root_by_inclusion(leaf, index, size, path) == bytes.fromhex(ROOTS[size])


@CHECKS
@pytest.mark.parametrize(("old", "new"), CONTINUATIONS)
def test_a_tree_continues_another_by_the_path_of_the_public_vectors(checks: Any, old: int, new: int) -> None:
    path = merkle.consistency_path(node, old, new)
    assert [each.hex() for each in path] == list(CONTINUATIONS[old, new])
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert checks.continues(old, roots[0], new, roots[1], path)
    for wrong in ([], path[:-1], path[1:], [*path, roots[0]], path[::-1], [roots[0], *path]):
        assert wrong == path or not checks.continues(old, roots[0], new, roots[1], wrong)


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_every_leaf_is_shown_to_be_in_every_tree_and_no_other_leaf_is(place: tuple[int, int]) -> None:
    index, size = place
    leaves = hashes(size)
    tree = merkle.nodes_of(leaves)
    path, root = merkle.inclusion_path(tree, index, size), merkle.root(tree, size)
    assert merkle.root_by_inclusion(leaves[index], index, size, path) == root
    assert merkle.root_by_inclusion(sha256(b"other").digest(), index, size, path) != root
    assert size == 1 or merkle.root_by_inclusion(leaves[index], (index + 1) % size, size, path) != root
    assert merkle.root_by_inclusion(leaves[index], index, size, [*path, root]) is None
    assert not path or merkle.root_by_inclusion(leaves[index], index, size, path[:-1]) is None


@given(st.integers(1, 200).flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))), st.integers(0, 199))
def test_a_tree_continues_each_before_it_and_none_with_a_changed_leaf(sizes: tuple[int, int], changed: int) -> None:
    old, new = sizes
    leaves = hashes(new)
    tree = merkle.nodes_of(leaves)
    path = merkle.consistency_path(tree, old, new)
    assert merkle.continues(old, merkle.root(tree, old), new, merkle.root(tree, new), path)
    if old:
        forged = merkle.nodes_of([*leaves[: changed % old], sha256(b"changed").digest(), *leaves[changed % old + 1 :]])
        assert not merkle.continues(
            old, merkle.root(tree, old), new, merkle.root(forged, new), merkle.consistency_path(forged, old, new)
        )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_path(node, 8, 8)
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_path(node, 3, 2)
    for checks in (merkle, tree):
        assert not checks.continues(3, bytes(32), 2, bytes(32), [])
        assert checks.root_by_inclusion(bytes(32), 3, 3, []) is None
