"""Rows against what was recorded of them, and the digest that stands for what was decided."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from sqlalchemy import Column, Integer, MetaData, String, Table

from services.known import SERVICES
from shared.audit.matching import Matching
from shared.audit.trail import Recorded, digest_of
from shared.running.sealing import seal_trail
from tests.unit.audit.chains import entry

ROWS = Table("paper", MetaData(), Column("id", Integer, primary_key=True), Column("of", String), Column("why", String))
PAPER = Recorded(ROWS, "of", ("of", "why"))


def matched(
    recorded: Recorded, entries: list[dict[str, object]], rows: list[dict[str, object]]
) -> list[tuple[object, ...]]:
    """What is found: the code, the entry's position, the row."""
    matching = Matching("paper", recorded.latest, recorded.complete)
    for position, row in enumerate(entries, 1):
        matching.expect(entry(position, of=str(row["of"]), digest=recorded.digest(row)))
    for row in rows:
        if matching.asks_for(str(row["of"])):
            matching.meet(str(row["of"]), str(row["id"]), recorded.digest(row))
    return [(fault.code, fault.position, fault.row) for fault in matching.left()]


def paper(id_: int, of: str = "a", why: str = "因") -> dict[str, object]:
    return {"id": id_, "of": of, "why": why}


def test_rows_as_they_were_recorded_hold_in_whatever_order() -> None:
    rows = [paper(1), paper(2, why="二"), paper(3, "b")]
    assert matched(PAPER, rows, rows[::-1]) == []
    assert matched(PAPER, [paper(1), paper(2)], [paper(1), paper(2)]) == []  # the same twice is two rows


@pytest.mark.parametrize(
    ("entries", "rows", "found"),
    [
        ([paper(1), paper(2, why="二")], [paper(1), paper(2, why="三")], ("row-changed", 2, "2")),
        ([paper(1), paper(2)], [paper(1)], ("row-missing", 2, None)),
        ([paper(1)], [paper(1), paper(2)], ("row-unrecorded", None, "2")),
        ([paper(1)], [paper(1), paper(2, "b")], ("row-unrecorded", None, "2")),
    ],
)
def test_a_row_that_was_changed_removed_or_slipped_in_is_named(entries, rows, found) -> None:
    assert matched(PAPER, entries, rows) == [found]


def test_of_a_row_that_moves_the_newest_entry_counts() -> None:
    moving = replace(PAPER, latest=True)
    moves = [paper(1, why="提出"), paper(1, why="批准")]
    assert matched(moving, moves, [paper(1, why="批准")]) == []
    assert matched(moving, moves, [paper(1, why="提出")]) == [("row-changed", 2, "1")]


def test_where_rows_may_be_without_an_entry_only_recorded_ones_are_looked_at() -> None:
    loose = replace(PAPER, complete=False)
    draft = paper(2, why="草稿")
    assert matched(loose, [paper(1)], [paper(1), draft, paper(3, "b")]) == []
    assert matched(loose, [paper(1)], [paper(1, why="改"), draft]) == [("row-changed", 1, None)]
    assert matched(loose, [paper(1)], [paper(1, why="改")]) == [("row-changed", 1, "1")]
    assert matched(loose, [paper(1)], []) == [("row-missing", 1, None)]


def test_a_digest_is_the_same_whichever_way_a_database_answers_and_differs_by_every_value() -> None:
    at = datetime(2019, 1, 18, 1, 2, 3, tzinfo=UTC)
    decided = {"by": "张三", "at": at, "on": date(2019, 1, 18), "body": b"\x00\xff", "fen": 1, "none": None}
    elsewhere = decided | {"at": at.astimezone(timezone(timedelta(hours=8))), "body": memoryview(b"\x00\xff")}
    whole = digest_of("paper", decided)
    assert digest_of("paper", dict(reversed(elsewhere.items()))) == whole
    said: Any = decided | {
        "at": "2019-01-18T01:02:03.000000+00:00",
        "on": "2019-01-18",
        "body": sha256(b"\x00\xff").hexdigest(),
    }
    assert whole == sha256(rfc8785.dumps({"what": "paper", "decided": said})).hexdigest()
    others = [decided | {name: "另" if name != "body" else b""} for name in decided]
    assert len({whole, digest_of("other", decided), *(digest_of("paper", each) for each in others)}) == len(decided) + 2


def test_every_service_has_a_trail_that_it_seals() -> None:
    for service in SERVICES:
        assert service.trail is not None
        assert seal_trail in service.tasks
        assert {each.table.name for each in service.trail.records} <= set(service.metadata.tables)


def test_an_erasure_lets_go_of_what_was_recorded_before_of_its_id_and_of_nothing_else() -> None:
    before, after, other = paper(1, why="王某"), paper(1, why=""), paper(2, "b")
    matching = Matching("paper", latest=False, complete=True)
    matching.expect(entry(1, of="a", digest=PAPER.digest(before)))
    matching.expect(entry(2, of="b", digest=PAPER.digest(other)))
    erased = PAPER.erased("a")
    matching.expect(entry(3, of="a", act=erased.act, digest=erased.digest))
    matching.expect(entry(4, of="a", digest=PAPER.digest(after)))
    matching.meet("a", "1", PAPER.digest(before))
    assert [(fault.code, fault.position) for fault in matching.left()] == [("row-changed", 4), ("row-missing", 2)]
    assert erased.act == "paper:erased"
