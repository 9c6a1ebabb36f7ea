"""Hash trees over an append-only list of leaves: roots, proofs that a leaf is in one, that a tree continues another.

Source: RFC 6962, section 2.1; the checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2. A hash is 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]
"""The hash of the whole subtree over the leaves from ``index * 2**level`` on, ``2**level`` of them: (level, index)."""

EMPTY = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def combined(node: Node, level: int, index: int) -> bytes:
    """The hash of a whole subtree from those of its halves."""
    return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """The whole subtrees over these hashes of leaves."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        if (level, index) not in known:
            known[level, index] = combined(node, level, index)
        return known[level, index]

    return node


def root(node: Node, size: int) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _tree(node, 0, size) if size else EMPTY


def inclusion_path(node: Node, index: int, size: int) -> list[bytes]:
    """What, with the leaf at `index`, gives the root of the tree over the first `size` leaves, from the leaf upwards.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    begin, end, path = 0, size, list[bytes]()
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_tree(node, middle, end))
            end = middle
        else:
            path.append(_tree(node, begin, middle))
            begin = middle
    return path[::-1]


def consistency_path(node: Node, old: int, new: int) -> list[bytes]:
    """What shows that the tree over the first `new` leaves continues the one over the first `old`.

    Raises ValueError unless ``0 <= old <= new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    return _continuation(node, old, 0, new, whole=True) if 0 < old < new else []


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of `size` that has the hash `leaf` at `index`, by `path`; None where the path cannot be."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def continues(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of size `new` continues that of size `old`."""
    if old in (0, new):
        return not path and (old_root == new_root if old == new else old_root == EMPTY)
    if not 0 < old < new or not path:
        return False
    rest = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = rest[0]
    for each in rest[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


class Frontier:
    """The root of a list that grows, from no more than the whole subtrees at its end."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf in."""
        place, self.size = self.size, self.size + 1
        while place & 1:
            leaf, place = node_hash(self._whole.pop(), leaf), place >> 1
        self._whole.append(leaf)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._whole:
            return EMPTY
        found = self._whole[-1]
        for each in reversed(self._whole[:-1]):
            found = node_hash(each, found)
        return found


def whole_subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The (level, index) of the fewest whole subtrees that together have the leaves from `begin` until `end`."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def _split(size: int) -> int:
    """The greatest power of two below `size`: how many leaves are left of the root."""
    return 1 << (size - 1).bit_length() - 1


def _tree(node: Node, begin: int, end: int) -> bytes:
    """The hash over the leaves from `begin` until `end`, of a part of the tree."""
    *before, last = whole_subtrees(begin, end)
    found = node(*last)
    for level, index in reversed(before):
        found = node_hash(node(level, index), found)
    return found


def _continuation(node: Node, old: int, begin: int, end: int, *, whole: bool) -> list[bytes]:
    if begin + old == end:
        return [] if whole else [_tree(node, begin, end)]
    middle = begin + _split(end - begin)
    if begin + old <= middle:
        return [*_continuation(node, old, begin, middle, whole=whole), _tree(node, middle, end)]
    return [*_continuation(node, begin + old - middle, middle, end, whole=False), _tree(node, begin, middle)]
