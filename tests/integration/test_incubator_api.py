"""The incubator over HTTP: a year of two makerspaces by JSON alone, and what it refuses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.demo import WORKBOOK
from services.incubator.service import SERVICE
from services.incubator.store.tables import CHANGE, EVALUATION, REPORT_VERSION, SPINE
from services.incubator.workbook.read import read_workbook
from shared.core.settings import Settings
from shared.evaluation import load_scheme
from shared.messaging.broker import connect
from shared.running.running import Running
from tests.asking import anybody, no_accounts
from tests.one_app import make_app
from tests.servers import NatsServer

FIGURES = read_workbook(WORKBOOK).reports["Z08"].figures
MARKS = {indicator.code: {"专家1": "4"} for indicator in load_scheme("makerspace-100").expert_indicators}


class Api:
    """A client that posts orders, on a clock the test sets."""

    def __init__(self, running: Running, client: httpx.AsyncClient, clock: list[datetime]) -> None:
        self.running = running
        self.client = client
        self.clock = clock

    def on(self, year: int, month: int, day: int) -> None:
        self.clock[0] = datetime(year, month, day, 2, tzinfo=UTC)

    async def post(self, operation: str, by: str = "clerk-1", **order: Any) -> Any:
        answer = await self.client.post(f"/incubator/api/{operation}", json=order, headers={"X-Acting": by})
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def refused(self, operation: str, by: str = "clerk-1", **order: Any) -> str:
        answer = await self.client.post(f"/incubator/api/{operation}", json=order, headers={"X-Acting": by})
        assert 400 <= answer.status_code < 500, answer.text
        body = answer.json()
        assert body["message"]
        code: str = body["code"]
        return code

    async def rows(self, query: Any) -> list[Any]:
        async with self.running.look() as connection:
            return list((await connection.execute(query)).mappings())


@pytest.fixture
async def api(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Api]:
    async with database.begin() as connection:
        await connection.run_sync(SERVICE.metadata.create_all)
    nats = await connect(nats_server.url)
    clock = [datetime(2018, 11, 1, 2, tzinfo=UTC)]
    running = Running(SERVICE, Settings(data=tmp_path), database, nats.jetstream(), lambda: clock[0])
    app = make_app("苗圃", [running], now=running.now, identity=no_accounts(), asks=anybody)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield Api(running, client, clock)
    await nats.close()


async def registered(api: Api) -> None:
    for number in (1, 2):
        await api.post(
            "register-organisation", id=f"U{number}", name=f"样例公司 {number}", credit_code="91000000MA0000001X",
            contact_email=f"u{number}@example.cn",
        )  # fmt: skip
        await api.post(
            "register-carrier", id=f"Z{number}", organisation_id=f"U{number}", kind="makerspace", level="city",
            name=f"样例众创空间 {number}",
        )  # fmt: skip


async def opened(api: Api) -> str:
    await registered(api)
    round_: str = await api.post(
        "open-round", year=2018, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2018〕31号",
        opens_on="2018-11-01", closes_on="2018-11-30",
    )  # fmt: skip
    return round_


async def test_a_year_can_be_run_by_json_alone(api: Api) -> None:
    round_ = await opened(api)
    receipt = await api.post("submit-report", by="U1", round_id=round_, carrier_id="Z1", figures=FIGURES)
    assert receipt == {"report_id": "2018-makerspace-Z1", "version": 1, "receipt": "2018-makerspace-Z1-1"}
    await api.post("return-report", report_id=receipt["report_id"], reasons={"seats": "请核对"}, deadline="2018-12-05")
    api.on(2018, 12, 3)
    await api.post("close-round", round_id=round_)
    assert await api.refused("grade-round", round_id=round_) == "corrections-open"
    await api.post("submit-report", by="U1", round_id=round_, carrier_id="Z1", figures=FIGURES)
    assert await api.refused("grade-round", round_id=round_) == "reports-wait"
    await api.post("record-marks", report_id=receipt["report_id"], marks=MARKS)
    await api.post("accept-report", report_id=receipt["report_id"])
    counted = await api.post("grade-round", round_id=round_)
    assert sum(counted["grades"].values()) == 2
    assert counted["grades"]["unqualified"] == 1
    assert await api.post("publicise-round", round_id=round_) == "2018-12-07"
    assert await api.refused("finalise-round", round_id=round_) == "still-public"
    objection = await api.post(
        "file-objection", evaluation_id="2018-makerspace-Z2", objector_id="U2", grounds="已寄材料"
    )
    api.on(2018, 12, 8)
    assert await api.post("finalise-round", round_id=round_) == 1
    await api.post("decide-objection", objection_id=objection, outcome="rejected", reason="没有在期限内报送")
    assert await api.post("finalise-round", round_id=round_) == 1
    assert {row["state"] for row in await api.rows(select(EVALUATION))} == {"finalised"}
    versions = await api.rows(select(REPORT_VERSION))
    assert [(row["version"], row["by"]) for row in versions] == [(1, "U1"), (2, "U1")]
    told = [row["subject"].split(".", 1)[1] for row in await api.rows(select(SPINE.outbox.c.subject))]
    assert told.count("evaluation.finalised.v1") == 2
    assert [told.count(f"round.{moved}.v1") for moved in ("opened", "closed", "publicised", "finalised")] == [1] * 4
    moves = await api.rows(select(CHANGE).where(CHANGE.c.of == "2018-makerspace-Z1", CHANGE.c.noun == "report"))
    assert [row["after"] for row in moves] == ["due", "submitted", "returned", "submitted", "accepted"]
    assert all(row["by"] and row["at"].tzinfo for row in moves)


@pytest.mark.parametrize(
    ("operation", "order", "code"),
    [
        ("submit-report", {"round_id": "2018-makerspace", "carrier_id": "Z1", "figures": {"seats": 1}}, "report-has-problems"),
        ("submit-report", {"round_id": "2019-makerspace", "carrier_id": "Z1", "figures": {}}, "no-such-round"),
        ("submit-report", {"round_id": "2018-makerspace", "carrier_id": "Z9", "figures": {}}, "no-such-report"),
        ("return-report", {"report_id": "2018-makerspace-Z1", "reasons": {"sets": "?"}, "deadline": "2018-12-05"}, "no-such-field"),
        ("return-report", {"report_id": "2018-makerspace-Z1", "reasons": {"seats": "?"}, "deadline": "2018-10-05"}, "bad-dates"),
        ("return-report", {"report_id": "2018-makerspace-Z1", "reasons": {"seats": "?"}, "deadline": "2018-12-05"}, "report-is-due"),
        ("accept-report", {"report_id": "2018-makerspace-Z1"}, "report-is-due"),
        ("record-marks", {"report_id": "2018-makerspace-Z1", "marks": {"nothing": {"a": "1"}}}, "no-such-indicator"),
        ("publicise-round", {"round_id": "2018-makerspace"}, "round-is-open"),
        ("file-objection", {"evaluation_id": "2018-makerspace-Z1", "objector_id": "U1", "grounds": "x"}, "no-such-evaluation"),
        ("recognise-carrier", {"carrier_id": "Z9", "level": "city", "on": "2018-11-01", "document_no": "x"}, "no-such-carrier"),
        ("recognise-carrier", {"carrier_id": "Z1", "level": "world", "on": "2018-11-01", "document_no": "x"}, "no-such-level"),
        ("register-carrier", {"id": "Z3", "organisation_id": "U1", "kind": "zoo", "name": "x"}, "no-such-kind"),
        ("register-carrier", {"id": "Z3", "kind": "makerspace", "name": "x"}, "organisation-missing"),
        ("recognise-tenant", {"tenant_id": "E1", "carrier_id": "Z1", "on": "2018-11-01"}, "no-such-tenancy"),
        ("enter-tenant", {"tenant_id": "E1", "carrier_id": "Z1", "name": "x", "entered_on": "2018-02-01", "graduated_on": "2018-01-01"}, "bad-dates"),
        ("set-budget", {"year": 2019, "amount": "一千万", "document_no": "x"}, "bad-amount"),
        ("decide", {"about": "x", "rate": "0.5", "amount": "1", "reason": "x"}, "invalid-input"),
        ("decide", {"about": "x", "rate": "-1", "reason": "x"}, "bad-number"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused_with_a_stable_code_and_writes_nothing(
    api: Api, operation: str, order: dict[str, Any], code: str
) -> None:
    await opened(api)
    before = await api.rows(select(CHANGE)), await api.rows(select(SPINE.outbox.c.event_id))
    assert await api.refused(operation, **order) == code
    assert (await api.rows(select(CHANGE)), await api.rows(select(SPINE.outbox.c.event_id))) == before


async def test_a_round_is_opened_once_with_its_own_scheme_and_days_the_calendar_knows(api: Api) -> None:
    await opened(api)
    order: dict[str, Any] = {
        "year": 2018,
        "kind": "makerspace",
        "scheme": "makerspace-100",
        "document_no": "x",
        "opens_on": "2018-11-01",
    }
    assert await api.refused("open-round", **order, closes_on="2018-11-30") == "round-exists"
    assert await api.refused("open-round", **{**order, "kind": "incubator"}, closes_on="2018-11-30") == "wrong-scheme"
    assert await api.refused("open-round", **{**order, "year": 2019}, closes_on="2018-10-30") == "bad-dates"
    late: dict[str, Any] = {**order, "year": 2027, "opens_on": "2027-01-01"}
    assert await api.refused("open-round", **late, closes_on="2027-01-30") == "no-calendar"
    assert await api.refused("import-calendar", off=[], worked=[]) == "bad-calendar"
    await api.post("import-calendar", off=["2027-01-01", "2027-10-01"], worked=[])
    assert await api.post("open-round", **late, closes_on="2027-01-30") == "2027-makerspace"


async def test_a_report_is_taken_until_the_last_day_ends_in_shanghai(api: Api) -> None:
    round_ = await opened(api)
    api.clock[0] = datetime(2018, 11, 30, 15, 59, tzinfo=UTC)
    await api.post("submit-report", round_id=round_, carrier_id="Z1", figures=FIGURES)
    api.clock[0] = datetime(2018, 11, 30, 16, 0, tzinfo=UTC)
    assert await api.refused("submit-report", round_id=round_, carrier_id="Z2", figures=FIGURES) == "report-is-late"


async def test_a_workbook_is_imported_whole_or_not_at_all(api: Api, tmp_path: Path) -> None:
    answer = await api.client.post("/incubator/api/import-workbook", files={"file": WORKBOOK.read_bytes()})
    assert answer.json()["result"] == {"organisations": 83, "carriers": 92, "tenants": 21, "reports": 0}
    broken = await api.client.post("/incubator/api/import-workbook", files={"file": b"no workbook"})
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid-workbook")
    assert broken.json()["problems"]
