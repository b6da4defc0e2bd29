"""The OpenAPI document against the site it describes: whatever fits it, and whatever does not, is answered."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from sqlalchemy import Table, select

from services.incubator.store.tables import OBJECTION, SUBSIDY
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.store.trail import TRAIL
from shared.audit.verify import verify
from shared.db.engine import open_database
from shared.identity.tokens import form_token
from tests.integration.whole_city import EVERYBODY, SECRET, WholeCity, whole_city

Ids = Mapping[str, Sequence[str]]
FITTING, UNFITTING = 6, 3
"""Orders for each operation: as its description wants them, and otherwise."""
FITS = schemathesis.GenerationMode.POSITIVE
NOW = date(2019, 1, 18)
KNOWN: Ids = {
    "carrier_id": ("Z1", "Z2", "F1"),
    "organisation_id": ("U1", "U2"),
    "tenant_id": ("E1",),
    "round_id": ("2018-makerspace", "2019-makerspace", "2019-incubator"),
    "report_id": ("2018-makerspace-Z1", "2019-makerspace-Z4", "2019-incubator-F1"),
    "evaluation_id": ("2018-makerspace-Z1", "2019-makerspace-Z2"),
    "expert_id": ("P1", "P2"),
    "about": ("2018-makerspace-Z1", "2018-makerspace-Z2"),
}
"""Chance finds no id: those of the city, by the name they are asked for under."""
MADE = {"subsidy_id": SUBSIDY, "objection_id": OBJECTION, "application_id": TITLE_APPLICATION}
"""Ids the city makes up as it lives."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


async def live(folder: Path) -> dict[str, Sequence[str]]:
    """A city's files, lived in a loop that has ended; and every id there is."""
    async with whole_city(folder) as city, city.running.look() as connection:

        async def ids(table: Table) -> Sequence[str]:
            return (await connection.execute(select(table.c.id))).scalars().all()

        return {**KNOWN, **{name: await ids(table) for name, table in MADE.items()}}


def with_real_ids(given: Any, ids: Ids, turn: int) -> Any:
    """The same with an id there is, or a list of one, wherever something of that name is asked for."""
    if not isinstance(given, dict):
        return given
    one = {name: known[turn % len(known)] for name, known in ids.items()}
    many = {f"{name}s": [id_] for name, id_ in one.items()}
    return given | {name: id_ for name, id_ in (one | many).items() if name in given}


def test_every_operation_answers_whatever_it_is_sent(tmp_path: Path) -> None:
    ids = asyncio.run(live(tmp_path))
    city = WholeCity(tmp_path)  # the library serves its site in a loop of its own
    city.at(NOW)
    schema = schemathesis.openapi.from_asgi("/openapi.json", city.app)
    headers = {"x-form-token": form_token(EVERYBODY.session, SECRET)}
    answers: Counter[int] = Counter()
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        tried += 1
        for mode, examples in ((FITS, FITTING), (schemathesis.GenerationMode.NEGATIVE, UNFITTING)):
            if mode is not FITS and not (operation.body or operation.query or operation.path_parameters):
                continue  # what takes nothing can be sent nothing wrong

            @settings(
                max_examples=examples, database=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode), turn=st.integers(0, 5))
            def sent(case: schemathesis.Case[Any], turn: int) -> None:
                if turn > 0:
                    case.body = with_real_ids(case.body, ids, turn)
                    case.path_parameters = with_real_ids(case.path_parameters, ids, turn)
                answer = case.call(headers=headers)
                answers[answer.status_code] += 1
                case.validate_response(answer, checks=CHECKS)

            sent()
    assert tried > 80
    assert answers[200] > 50, "most orders reach their use case, or nothing was tried"
    assert asyncio.run(faults(tmp_path)) == []


async def faults(folder: Path) -> list[str]:
    """What the audit trail finds wrong with the rows."""
    engine = open_database(f"sqlite:///{folder / 'incubator.db'}")
    verdict = await verify(engine, TRAIL)
    await engine.dispose()
    return [fault.code for fault in verdict.faults]
