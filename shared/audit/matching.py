"""Whether the rows of a table are still what the trail recorded of them. Pure: digests in, faults out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.audit.chain import Entry, Fault


def erasure_of(table: str) -> str:
    """The act of an entry from which on the rows of an id are others than they were recorded before."""
    return f"{table}:erased"


class Mark(NamedTuple):
    """What is kept of an entry until its row is met."""

    position: int
    act: str
    digest: str


@dataclass
class Matching:
    """One recorded table. Entries first, then its rows one by one, then `left`."""

    table: str
    latest: bool
    complete: bool
    _expected: dict[str, list[Mark]] = field(default_factory=dict)
    _strange: dict[str, list[str]] = field(default_factory=dict)
    """Rows that fit no entry, by the id they happened to."""

    def expect(self, entry: Entry) -> None:
        if entry.act == erasure_of(self.table):  # an entry of an erasure has no row of its own: see Recorded.erased
            self._expected[entry.of] = []
            return
        mark = Mark(entry.position, entry.act, entry.digest)
        if self.latest:
            self._expected[entry.of] = [mark]
        else:
            self._expected.setdefault(entry.of, []).append(mark)

    def asks_for(self, of: str) -> bool:
        """Whether a row of this id is looked at: one without an entry matters only where every row has to have one."""
        return self.complete or of in self._expected

    def meet(self, of: str, row: str, digest: str) -> None:
        """A row of the table, as it is now; `row` names it."""
        marks = self._expected.get(of, [])
        for number, mark in enumerate(marks):
            if mark.digest == digest:
                del marks[number]
                return
        self._strange.setdefault(of, []).append(row)

    def left(self) -> Iterator[Fault]:
        """Rows that changed, are gone, or were never recorded. A strange row and an entry without one are a pair."""
        for of, marks in self._expected.items():
            rows = self._strange.pop(of, [])
            if not self.complete and len(rows) > len(marks):
                yield from (self._one_of(of, mark, rows) for mark in marks)
                continue
            while marks and rows:
                mark, row = marks.pop(0), rows.pop(0)
                message = (
                    f"{self.table} 表第 {row} 行与第 {mark.position} 条审计记录（{mark.act}，{of}）不符，行被改动过"
                )
                yield Fault("row-changed", message, position=mark.position, table=self.table, row=row)
            for mark in marks:
                message = f"{self.table} 表里没有第 {mark.position} 条审计记录（{mark.act}，{of}）所记的行"
                yield Fault("row-missing", message, position=mark.position, table=self.table)
            if rows and self.complete:
                self._strange[of] = rows
        for of, rows in self._strange.items():
            for row in rows:
                message = f"{self.table} 表第 {row} 行（{of}）没有审计记录"
                yield Fault("row-unrecorded", message, table=self.table, row=row)

    def _one_of(self, of: str, mark: Mark, rows: list[str]) -> Fault:
        """Where rows without an entry are nothing wrong, which of them has changed cannot be told."""
        which = "、".join(rows)
        message = (
            f"第 {mark.position} 条审计记录（{mark.act}，{of}）所记的行，{self.table} 表里已经没有；"
            f"可能是第 {which} 行之一被改动过"
        )
        return Fault("row-changed", message, position=mark.position, table=self.table)
