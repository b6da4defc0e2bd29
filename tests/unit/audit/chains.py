"""Chains for tests: entries with gaps between their positions, sealed in batches, and looked through as verify does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from shared.audit.chain import Entry, Fault, Seal, faults_of, reach_of, seal_of

AT = datetime(2019, 1, 18, 1, 2, 3, 456789, tzinfo=UTC)
Chain = tuple[list[Entry], list[Seal]]


def entry(position: int, **more: object) -> Entry:
    given = Entry(
        position, AT + timedelta(seconds=position), "clerk-1", "report:due>submitted", f"r{position}", None, "0" * 64
    )
    return given._replace(**more)  # type: ignore[arg-type]  # as the test names them


def sealed(entries: Sequence[Entry], sizes: Sequence[int]) -> list[Seal]:
    """Seals over the entries, so many in each; what is left goes into the last."""
    seals: list[Seal] = []
    rest = list(entries)
    for size in [*sizes, len(rest)]:
        batch, rest = rest[:size], rest[size:]
        if batch:
            seals.append(seal_of(batch, seals[-1] if seals else None, AT + timedelta(days=len(seals))))
    return seals


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> Chain:
    """Between `least` and 14 entries in 1 to 5 seals; positions may jump, as those of transactions that failed do."""
    steps = draw(st.lists(st.integers(1, 3), min_size=least, max_size=14))
    texts = st.text(max_size=6)
    positions = [sum(steps[: number + 1]) for number in range(len(steps))]
    entries = [
        entry(position, by=draw(texts), act=draw(texts), of=draw(texts), record=draw(st.none() | texts))
        for position in positions
    ]
    return entries, sealed(entries, draw(st.lists(st.integers(1, 6), max_size=4)))


def faults(entries: Sequence[Entry], seals: Sequence[Seal]) -> list[Fault]:
    found: list[Fault] = []
    before: Seal | None = None
    for seal in sorted(seals):
        after, until = reach_of(seal, before)
        within = [
            each for each in sorted(entries) if (after is None or each.position > after) and each.position <= until
        ]
        found += faults_of(seal, before, within)
        before = seal
    return found


def told(found: Sequence[Fault]) -> set[tuple[str, int | None]]:
    return {(fault.code, fault.position) for fault in found}
