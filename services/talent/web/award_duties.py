"""What the talent of an award has to do, by when; and whom it waits for where it is not his turn."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping

from services.talent.domain.answer_days import answer_by
from services.talent.store.assessments import FILLABLE
from services.talent.web.award_words import assessment_name
from services.talent.web.looks import PAGES
from shared.core.clock import legal_date
from shared.core.money import in_yuan, wan_text


class Duties(NamedTuple):
    """`due`: what he has to do; `waits`: what others have to; `next_due`: when he is assessed next."""

    due: Sequence[dict[str, Any]]
    waits: Sequence[str]
    next_due: date | None


def asked_by(since: datetime) -> date:
    """The day by which the letter of the step before asked for an answer. `since`: when that step was taken."""
    return answer_by(legal_date(since))


PAGES.environment.globals.update(asked_by=asked_by)


def duties(
    contract: str,
    since: datetime,
    assessments: Sequence[RowMapping],
    instalments: Sequence[RowMapping],
    today: date,
) -> Duties:
    """`contract`: the state of the 任务书, `since` when it has it; `assessments`: those that are not concluded;
    `instalments`: of which those that may be paid and were not are waited for."""
    due: list[dict[str, Any]] = []
    waits = []
    if contract == "draft":
        due.append({"what": "填写并确认任务书", "on": asked_by(since), "late": asked_by(since) < today, "key": None})
    elif contract == "confirmed":
        waits.append(f"任务书等单位确认，请单位在 {asked_by(since)} 前办理")
    elif contract == "agreed":
        waits.append("任务书等项目办公室签署")
    for row in assessments:
        name = assessment_name(row)
        if row["state"] in FILLABLE:
            does = "整改并重新提交" if row["state"] == "rectifying" else "填报"
            due.append(
                {"what": does + name, "on": row["due_on"], "late": row["due_on"] < today, "key": row["key"]}
            )  # fmt: skip
        elif row["state"] == "submitted":
            waits.append(f"{name}：已提交，等单位说意见，请单位在 {asked_by(row['handed_in_at'])} 前办理")
        elif row["state"] == "seen":
            waits.append(f"{name}：单位已说意见，等项目办公室作结论")
    waits += [
        f"第 {row['number']} 期资助 {wan_text(in_yuan(row['amount_fen']))}可以拨付，等项目办公室拨付"
        for row in instalments
        if row["state"] == "released"
    ]
    ahead = [row["due_on"] for row in assessments if row["state"] == "planned"]
    return Duties(due, waits, min(ahead, default=None))
