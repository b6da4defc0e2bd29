"""Whatever dies in the middle of the work, nothing is lost and nothing is doubled. `make faults` runs all of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.faults import BY_KEY
from tests.faults.findings import Findings
from tests.faults.play import POSTGRESQL, Fault, play
from tests.faults.postgres import Postgres, running_postgres

UNITS = 60


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("run")) as server:
        yield server


async def holds(fault: Fault, folder: Path, request: pytest.FixtureRequest) -> Findings:
    server = request.getfixturevalue("postgres") if fault.database == POSTGRESQL else None
    found = await play(fault, UNITS, folder / fault.key, server)
    assert not found.problems, "\n".join(found.problems)
    assert (found.lost, found.doubled) == (0, 0)
    assert found.events > UNITS
    assert found.parked > 0
    return found


@pytest.mark.parametrize(
    "key",
    [
        "incubator-before-commit",
        "incubator-before-publish",
        "notify-before-mark",
        "notify-before-ack",
        "notify-before-note",
    ],
)
async def test_a_service_killed_at_its_worst_moment_goes_on_where_it_was(
    key: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = await holds(BY_KEY[key], tmp_path, request)
    if key == "notify-before-note":
        assert found.resent == 1  # the same bytes again: nobody could know that they had arrived


async def test_a_message_server_that_is_killed_loses_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    await holds(BY_KEY["nats"], tmp_path, request)


async def test_services_stop_in_peace_while_the_message_server_is_away(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(BY_KEY["nats-away"], tmp_path, request)


async def test_a_database_that_is_cut_off_loses_nothing_and_ends_no_service(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(BY_KEY["postgres"], tmp_path, request)


async def test_a_mail_server_that_misbehaves_gets_every_letter(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = await holds(BY_KEY["smtp"], tmp_path, request)
    assert found.resent > 0  # those it accepted and did not say so


async def test_everything_twice_and_in_any_order_is_everything_once(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(BY_KEY["twice"], tmp_path, request)
