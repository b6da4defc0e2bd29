"""Entries, the seals that chain them, and what is wrong with them. Pure: rows in, faults out.

A seal keeps of each of its entries the position (8 bytes, big-endian) and the SHA-256 of its canonical JSON, so that a
fault names the entry; its hash covers all of that and the hash of the seal before.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from shared.core.canonical import canonical_json, sha256_of

GENESIS = "0" * 64
"""What stands for the seal before the first."""
NUMBER_BYTES = 8
LEAF_BYTES = NUMBER_BYTES + sha256().digest_size


class Entry(NamedTuple):
    """One step: `by` whom, `act` what was done, `of` the id it happened to, `digest` SHA-256 of all that was decided.

    `record` names the table whose row the digest was taken of; None if there is no such row.
    """

    position: int
    at: datetime
    by: str
    act: str
    of: str
    record: str | None
    digest: str


class Seal(NamedTuple):
    """`first` and `last` are the positions of its entries, `digest` the SHA-256 of its leaves, `hash` its own."""

    number: int
    first: int
    last: int
    leaves: bytes
    digest: str
    previous: str
    sealed_at: datetime
    hash: str


class Fault(NamedTuple):
    """What does not hold, in words, and where: a seal, an entry's position, a table's row."""

    code: str
    message: str
    seal: int | None = None
    position: int | None = None
    table: str | None = None
    row: str | None = None


def instant_text(at: datetime) -> str:
    """An instant as canonical JSON has it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def leaf_of(entry: Entry) -> bytes:
    """What a seal keeps of an entry."""
    written = canonical_json({**entry._asdict(), "at": instant_text(entry.at)})
    return entry.position.to_bytes(NUMBER_BYTES, "big", signed=True) + sha256(written).digest()


def seal_of(entries: Sequence[Entry], before: Seal | None, sealed_at: datetime) -> Seal:
    """The next seal over these entries, which stand in the order of their positions."""
    leaves = b"".join(map(leaf_of, entries))
    number, previous = (1, GENESIS) if before is None else (before.number + 1, before.hash)
    first, last, digest = entries[0].position, entries[-1].position, sha256(leaves).hexdigest()
    seal = Seal(number, first, last, leaves, digest, previous, sealed_at, "")
    return seal._replace(hash=hash_of(seal))


def hash_of(seal: Seal) -> str:
    """SHA-256 over everything a seal says, the hash of the seal before included; its leaves stand in its digest."""
    said = {
        "number": seal.number,
        "first": seal.first,
        "last": seal.last,
        "digest": seal.digest,
        "previous": seal.previous,
        "sealed_at": instant_text(seal.sealed_at),
    }
    return sha256_of(said)


def reach_of(seal: Seal, before: Seal | None) -> tuple[int | None, int]:
    """After which position a seal's entries begin, and the last of them; what stands between belongs to it.

    None: at the very beginning. After a seal that is missing, nothing is known of what stood before its first.
    """
    if before is None:
        return (None if seal.number == 1 else seal.first - 1), seal.last
    return (before.last if seal.number == before.number + 1 else seal.first - 1), seal.last


def faults_of(seal: Seal, before: Seal | None, entries: Iterable[Entry]) -> Iterator[Fault]:
    """What is wrong with a seal, its place in the chain, and the entries within its reach."""
    number = seal.number
    expected = 1 if before is None else before.number + 1
    if number != expected:
        missing = f"第 {expected} 封" if number == expected + 1 else f"第 {expected} 至 {number - 1} 封"
        yield Fault("seal-missing", f"{missing}不见了", seal=expected)
    elif seal.previous != (GENESIS if before is None else before.hash):
        yield Fault("chain-broken", f"第 {number} 封接不上它的前一封", seal=number)
    whole = len(seal.leaves) % LEAF_BYTES == 0 and sha256(seal.leaves).hexdigest() == seal.digest
    if hash_of(seal) != seal.hash or not whole:
        yield Fault("seal-changed", f"第 {number} 封的内容与它的校验值不符", seal=number)
    if whole:
        yield from _faults_of_entries(seal, entries)


def _faults_of_entries(seal: Seal, entries: Iterable[Entry]) -> Iterator[Fault]:
    leaves = (seal.leaves[start : start + LEAF_BYTES] for start in range(0, len(seal.leaves), LEAF_BYTES))
    sealed = {int.from_bytes(leaf[:NUMBER_BYTES], "big", signed=True): leaf for leaf in leaves}
    for entry in entries:
        leaf = sealed.pop(entry.position, None)
        named = f"第 {entry.position} 条审计记录"
        if leaf is None:
            message = f"{named}不在第 {seal.number} 封里，是封存之后插入的"
            yield Fault("entry-inserted", message, seal=seal.number, position=entry.position)
        elif leaf != leaf_of(entry):
            message = f"{named}（{entry.act}，{entry.of}）与第 {seal.number} 封封存时不同"
            yield Fault("entry-changed", message, seal=seal.number, position=entry.position)
    for position in sealed:
        message = f"第 {position} 条审计记录不见了，第 {seal.number} 封里有它"
        yield Fault("entry-missing", message, seal=seal.number, position=position)
