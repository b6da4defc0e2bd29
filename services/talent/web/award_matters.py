"""What of awards waits at the desk of the talent office."""

from services.talent.store import award_waiting
from services.talent.usecases.award_changes import KINDS
from services.talent.web.looks import programme_name, to
from shared.desk.matters import Matter, said
from shared.identity.roles import Role

CLERKS, HEAD = frozenset({Role.CLERK, Role.HEAD}), frozenset({Role.HEAD})
AWARDS, ASSESSMENTS, INTEREST = "/talent/awards", "/talent/assessments", "/talent/interest"
AWARD_MATTERS = {
    "awards-to-make": Matter(
        "设立入选项目", HEAD, award_waiting.to_make, AWARDS, lambda row: f"{to('calls', row['id'])}/awards",
        lambda row: f"{row['number']} 个", lambda row: programme_name(row["id"]),
    ),
    "contracts-to-sign": Matter(
        "签署任务书", HEAD, award_waiting.to_countersign, AWARDS, lambda row: to("awards", row["id"]),
        lambda row: f"第 {row['number']} 版",
    ),
    "assessments-to-conclude": Matter(
        "作出考核结论", HEAD, award_waiting.to_conclude, ASSESSMENTS, lambda row: to("assessments", row["id"]), said,
    ),
    "assessments-overdue": Matter(
        "考核逾期没有提交", HEAD, award_waiting.overdue, ASSESSMENTS, lambda row: to("assessments", row["id"]), said,
    ),
    "held-when-over": Matter(
        "已结题，还有资助暂缓拨付", HEAD, award_waiting.held_when_over, AWARDS, lambda row: to("awards", row["id"]),
    ),
    "interest-to-check": Matter(
        "核定贴息申请", CLERKS, award_waiting.interest_to_check, INTEREST, lambda row: to("interest", row["id"]),
        lambda row: f"{row['number']} 年",
    ),
    "changes-to-decide": Matter(
        "决定变更申请", HEAD, award_waiting.to_decide, AWARDS, lambda row: f"{to('awards', row['id'])}#changes",
        lambda row: KINDS.get(row["said"], ""),
    ),
}  # fmt: skip
