"""The demo as its users run it: the same to the fen on both databases, and finished after a kill in its middle."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db.engine import open_database
from tests.journeys.city import demo_once, line_with, running
from tests.journeys.conftest import Played


@pytest.fixture
def on_sqlite(played: Played) -> dict[str, Any]:
    return played.told


def test_the_demo_tells_what_a_year_came_to_in_the_form_that_is_promised(on_sqlite: dict[str, Any]) -> None:
    assert set(on_sqlite) == {"grades", "ledger", "declined", "letters", "events", "parked", "talents"}
    assert {kind: sum(grades.values()) for kind, grades in on_sqlite["grades"].items()} == {
        "incubator": 12, "makerspace": 61, "university_park": 3, "agri_makerspace": 5, "commissioner_team": 5,
    }  # fmt: skip
    assert on_sqlite["grades"]["makerspace"] == {"excellent": 21, "good": 22, "qualified": 10, "unqualified": 8}
    assert on_sqlite["ledger"] == {"12": "17010266.59", "14": "1800000.00", "15": "4250737.80"}
    assert on_sqlite["declined"] == 64
    # one mailbox was closed, one applicant left no address, and of the latter's contact something else is in the way
    assert on_sqlite["letters"].keys() == {"failed", "handed_over", "no_address"} | {"held"}  # the stopped wait
    assert (on_sqlite["letters"]["failed"], on_sqlite["letters"]["no_address"]) == (1, 1)
    assert set(on_sqlite["events"]) == {"INCUBATOR", "TALENT", "NOTIFY", "CONTACTS"}
    assert on_sqlite["parked"] == 1


def test_the_demo_s_two_programme_years_come_to_what_their_programmes_say(on_sqlite: dict[str, Any]) -> None:
    talents = on_sqlite["talents"]
    assert sum(talents["applications"].values()) == 130
    assert talents["awards"] == {"outstanding-youth-2017": 10, "young-star-2018": 100}
    # ten first halves of a million and seven second ones: one mid-term failed, one is to be put right, one waits
    assert talents["ledger"]["outstanding-youth-2017"] == "8500000.00"
    assert talents["ledger"]["young-star-2018"] == "10000000.00"
    assert talents["ledger"]["dalian-2017-52"] == "48000.00"  # a broker's deal of 4.8 million, one per cent of it
    assert talents["paid"] == "17548000.00"  # of the second halves one is not proposed and one not approved


async def test_postgresql_comes_to_the_same_to_the_fen(
    on_sqlite: dict[str, Any], postgres_url: str, tmp_path: Path
) -> None:
    name = f"demo_{uuid4().hex}"
    admin = open_database(postgres_url)
    async with admin.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(f"create database {name}"))
    await admin.dispose()
    url = postgres_url.replace("/postgres?", f"/{name}?")
    assert demo_once(tmp_path, MIAOPU_DATABASE_URL=url) == on_sqlite


def test_a_demo_killed_twice_is_finished_by_make_up_and_stops_cleanly(
    on_sqlite: dict[str, Any], tmp_path: Path
) -> None:
    for words in ("公示等次", "公示期满"):  # the second start goes on from the first kill and comes to the next
        with running(tmp_path, "demo", "--once") as process:
            line_with(process.stdout, words)
            process.kill()
            process.communicate()
    with running(tmp_path, "up") as process:
        shown = line_with(process.stdout, "补助合计")
        assert "23,061,004.39" in shown
        line_with(process.stdout, "请用浏览器打开")
        process.terminate()
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0
        assert [line for line in err.splitlines() if "left behind" not in line] == []
        assert "已经停止" in out
    finished = demo_once(tmp_path)
    for told in ("grades", "ledger", "declined", "letters", "parked"):
        assert finished[told] == on_sqlite[told], told
    assert finished["events"]["INCUBATOR"] == on_sqlite["events"]["INCUBATOR"]
