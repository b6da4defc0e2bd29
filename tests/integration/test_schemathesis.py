"""The OpenAPI document against the site it describes: whatever fits it, and whatever does not, is answered."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import OBJECTION, SUBSIDY
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.store.trail import TRAIL
from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD
from services.talent.store.tables import APPLICANT, BAR
from services.talent.store.trail import TRAIL as TALENT_TRAIL
from shared.audit.trail import Trail
from shared.audit.verify import verify
from shared.db.engine import open_database
from shared.identity.tokens import form_token
from tests.integration.award_hands import TEAM, YOUTH
from tests.integration.talent_office import YOUNG_STAR
from tests.integration.whole_city import EVERYBODY, SECRET, WholeCity, whole_city
from tests.integration.whole_talent import WholeTalent, whole_talent

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


TALENT_KNOWN: Ids = {
    "programme_id": (YOUNG_STAR, TEAM, YOUTH),
    "round_id": (YOUNG_STAR, TEAM),
    "unit_id": ("T-01", "T-02"),
    "expert_id": ("E1", "E2"),
}
TALENT_MADE = {
    "application_id": APPLICATION, "application": APPLICATION, "subject_id": APPLICATION, "award_id": AWARD,
    "applicant_id": APPLICANT, "assessment_id": ASSESSMENT, "bar_id": BAR, "member_id": MEMBER,
}  # fmt: skip


async def live(folder: Path) -> dict[str, Sequence[str]]:
    """A city's files, lived in a loop that has ended; and every id there is."""
    async with whole_city(folder) as city, city.running.look() as connection:
        return {**KNOWN, **await _ids(connection, MADE)}


async def live_talent(folder: Path) -> dict[str, Sequence[str]]:
    """The same of a talent office."""
    async with whole_talent(folder) as office, office.running.look() as connection:
        return {**TALENT_KNOWN, **await _ids(connection, TALENT_MADE)}


async def _ids(connection: AsyncConnection, tables: Mapping[str, Table]) -> dict[str, Sequence[str]]:
    found = {name: (await connection.execute(select(table.c.id))).scalars().all() for name, table in tables.items()}
    return {name: ids for name, ids in found.items() if ids}


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
    tried, answers = everything_is_asked(city.app, ids)
    assert tried > 80
    assert answers[200] > 50, "most orders reach their use case, or nothing was tried"
    assert asyncio.run(faults(tmp_path / "incubator.db", TRAIL)) == []


def test_every_operation_of_the_talent_service_answers_whatever_it_is_sent(tmp_path: Path) -> None:
    ids = asyncio.run(live_talent(tmp_path))
    tried, answers = everything_is_asked(WholeTalent.of(tmp_path).app, ids)
    assert tried > 30
    assert answers[200] > 5, "some orders reach their use case, or nothing was tried"
    assert asyncio.run(faults(tmp_path / "talent.db", TALENT_TRAIL)) == []


def everything_is_asked(app: FastAPI, ids: Ids) -> tuple[int, Counter[int]]:
    """Of every operation, with orders that fit its description and others: how many there are, and the answers."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
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
    return tried, answers


async def faults(file: Path, trail: Trail) -> list[str]:
    """What the audit trail finds wrong with the rows."""
    engine = open_database(f"sqlite:///{file}")
    verdict = await verify(engine, trail)
    await engine.dispose()
    return [fault.code for fault in verdict.faults]
