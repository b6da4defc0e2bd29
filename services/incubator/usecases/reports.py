"""Report a year: submit, return with reasons by field, accept; record what the experts gave."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.incubator.domain import lifecycles
from services.incubator.domain.reporting import problems_of
from services.incubator.store import attachments, changes, registers, trail
from services.incubator.store.tables import CARRIER, REPORT, REPORT_VERSION, ROUND
from services.incubator.usecases.reviewed import REVIEWING
from shared.contracts.incubator import ReportAccepted, ReportReturned, ReportSubmitted
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.messaging.unit import Unit
from shared.reviewing.marking import count_marks

MOST_OF_REASONS = 4_000
"""Characters of all defects together, as the record of what was done keeps them."""


class SubmitReport(BaseModel):
    """提交年度填报：各项数字，以及对需要核对之处的说明。"""

    round_id: str
    carrier_id: str
    figures: dict[str, Any]
    explanation: str = ""


class ReturnReport(BaseModel):
    """退回填报：逐项写明问题和期限。"""

    report_id: str
    reasons: dict[str, str] = Field(min_length=1)
    deadline: date
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """所看的版本；写明时，有了新版就不退回。"""


class AcceptReport(BaseModel):
    """受理填报。"""

    report_id: str
    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """所看的版本；写明时，有了新版就不受理。"""


class RecordMarks(BaseModel):
    """记录专家评分：按指标、按专家。"""

    report_id: str
    marks: dict[str, dict[str, str]]


class Receipt(BaseModel):
    report_id: str
    version: int
    receipt: str


async def submit_report(unit: Unit, order: SubmitReport) -> Receipt:
    """Takes a report while the round is open, or a correction until its deadline; each version is kept."""
    report_id = f"{order.round_id}-{order.carrier_id}"
    round_ = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    report = await changes.found(unit.connection, REPORT, report_id, "填报")
    still_taken(round_, report, unit.today)
    scheme = load_scheme(round_["scheme"])
    problems = problems_of(scheme, order.figures, explained=bool(order.explanation.strip()))
    if problems:
        raise DomainError("report-has-problems", "填报有以下问题，请改正后再提交：" + "；".join(problems))
    version = report["version"] + 1
    values = {"figures": order.figures, "explanation": order.explanation, "version": version, "reasons": {}}
    await changes.move(
        unit, lifecycles.REPORT, REPORT, report_id, "submitted", f"第 {version} 版", submitted_at=unit.now, **values
    )
    kept = {
        "report_id": report_id,
        "version": version,
        "figures": order.figures,
        "explanation": order.explanation,
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(REPORT_VERSION), [kept])
    await trail.record(unit, trail.SUBMITTED, "report:submitted", [kept])
    await attachments.hand_in(unit, report_id, version)
    receipt = f"{report_id}-{version}"
    event = ReportSubmitted(
        report_id=report_id,
        carrier=await _carrier(unit, order.carrier_id),
        round_id=order.round_id,
        version=version,
        receipt=receipt,
    )
    unit.tell(event, str(version), story=report_id)
    return Receipt(report_id=report_id, version=version, receipt=receipt)


def still_taken(round_: RowMapping, report: RowMapping, today: date) -> None:
    """Raises unless the report is taken today: while the round is open, or a correction until its deadline."""
    if report["state"] == "returned":
        if today > report["deadline"]:
            raise DomainError("correction-is-late", f"更正期限 {report['deadline']} 已过，请联系主管部门", status=409)
        if round_["state"] not in ("open", "closed"):
            raise DomainError("round-is-graded", "本批次已经定等次，不再接受更正", status=409)
        return
    if round_["state"] != "open":
        label = lifecycles.ROUND.states[round_["state"]]
        raise DomainError(f"round-is-{round_['state']}", f"本批次{label}，不再接受填报", status=409)
    if today > round_["closes_on"]:
        raise DomainError("report-is-late", f"填报已于 {round_['closes_on']} 截止", status=409)


async def return_report(unit: Unit, order: ReturnReport) -> str:
    """Returns a report with what is wrong at each field; as often as the round allows, and never past its grading."""
    report = await changes.found(unit.connection, REPORT, order.report_id, "填报")
    round_ = await changes.found(unit.connection, ROUND, report["round_id"], "考评批次")
    still_that_version(report, order.version)
    scheme = load_scheme(round_["scheme"])
    unknown = sorted(set(order.reasons) - set(scheme.figures))
    if unknown:
        raise DomainError("no-such-field", f"这类填报没有 {'、'.join(unknown)} 一项")
    if order.deadline < unit.today:
        raise DomainError("bad-dates", f"更正期限 {order.deadline} 已经过去，请改为今天或以后的日期")
    if report["returns"] >= round_["corrections"]:
        raise DomainError("no-corrections-left", f"已经退回 {report['returns']} 次，本批次不能再退回", status=409)
    returns = report["returns"] + 1
    why = "；".join(f"{scheme.figures[name].label}：{reason}" for name, reason in order.reasons.items())
    if len(why) > MOST_OF_REASONS:
        told = f"各项要改的内容合计 {len(why)} 字，至多 {MOST_OF_REASONS} 字；请精简"
        raise DomainError("reasons-too-long", told)
    await changes.move(
        unit,
        lifecycles.REPORT,
        REPORT,
        order.report_id,
        "returned",
        why,
        reasons=order.reasons,
        deadline=order.deadline,
        returns=returns,
    )
    event = ReportReturned(
        report_id=order.report_id,
        carrier=await _carrier(unit, report["carrier_id"]),
        round_id=report["round_id"],
        version=report["version"],
        reasons=order.reasons,
        labels={name: scheme.figures[name].label for name in order.reasons},
        deadline=order.deadline.isoformat(),
        returned_by=unit.by,
        corrections_left=round_["corrections"] - returns,
    )
    return unit.tell(event, str(report["version"]), str(returns), story=order.report_id)


def still_that_version(report: RowMapping, version: int | None) -> None:
    """Raises if somebody looked at a version that is no longer the one that stands."""
    if version is not None and version != report["version"]:
        told = f"您看的是第 {version} 版，现在已是第 {report['version']} 版；请看过新的一版再办理"
        raise DomainError("report-changed", told, status=409)


async def accept_report(unit: Unit, order: AcceptReport) -> str:
    report = await changes.move(unit, lifecycles.REPORT, REPORT, order.report_id, "accepted")
    still_that_version(report, order.version)
    event = ReportAccepted(
        report_id=order.report_id,
        carrier=await _carrier(unit, report["carrier_id"]),
        round_id=report["round_id"],
        version=report["version"],
    )
    return unit.tell(event, str(report["version"]), story=order.report_id)


async def record_marks(unit: Unit, order: RecordMarks) -> None:
    """Records what experts gave: once each, between 0 and the indicator's full mark; recorded again, it replaces."""
    report = await changes.found(unit.connection, REPORT, order.report_id, "填报")
    round_ = await REVIEWING.round(unit.connection, report["round_id"])
    if not round_.open:
        raise DomainError("round-is-graded", "本批次已经定等次，不再记录评分；请通过异议或更正处理", status=409)
    await count_marks(unit, REVIEWING, round_, order.report_id, order.marks)


async def _carrier(unit: Unit, carrier_id: str) -> Any:  # noqa: ANN401 - a Carrier of the contracts
    return registers.told(await changes.found(unit.connection, CARRIER, carrier_id, "载体"))
