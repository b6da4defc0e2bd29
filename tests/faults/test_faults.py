"""Whatever dies in the middle of the work, nothing is lost and nothing is doubled. `make faults` runs all of it."""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from tests.faults.awards import awards_of
from tests.faults.faults import BY_KEY
from tests.faults.found import Findings
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
    assert found.grants == 2 * awards_of(UNITS)
    assert found.parked > 0
    return found


def together(first: str, *others: str) -> Fault:
    """Several faults in one city: what must hold is the same, and most of a run is starting its processes."""
    return reduce(Fault.with_, (BY_KEY[each] for each in others), BY_KEY[first])


@pytest.mark.parametrize(
    "faults",
    [
        ("incubator-before-commit", "notify-before-ack", "talent-before-mark"),
        ("incubator-before-publish", "notify-before-mark", "talent-before-commit"),
    ],
    ids="-".join,
)
async def test_services_killed_at_their_worst_moments_go_on_where_they_were(
    faults: tuple[str, ...], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(together(*faults), tmp_path, request)


async def test_everything_twice_and_in_any_order_is_everything_once_and_so_is_a_letter_whose_sender_was_killed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = await holds(together("twice", "notify-before-note", "talent-before-ack"), tmp_path, request)
    assert found.resent == 1  # the same bytes again: nobody could know that they had arrived


async def test_a_message_server_that_is_killed_loses_nothing_and_a_mail_server_that_misbehaves_gets_every_letter(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = await holds(together("nats", "smtp"), tmp_path, request)
    assert found.resent > 0  # those it accepted and did not say so


async def test_services_stop_in_peace_while_the_message_server_is_away(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(BY_KEY["nats-away"], tmp_path, request)


async def test_a_database_that_is_cut_off_loses_nothing_and_ends_no_service(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await holds(BY_KEY["postgres"], tmp_path, request)
