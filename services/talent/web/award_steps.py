"""What units and the office typed about an award, read as orders; what cannot be read is told at its field."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from services.talent.usecases import assessing, award_changes, awards, contracts
from services.talent.web.step_forms import DEFECT, MOST_DEFECT
from shared.core.errors import DomainError
from shared.reading.sent_text import problem_of
from shared.webkit.forms import FormWrong, order_of

Order = TypeVar("Order", bound=BaseModel)
LABELS = {
    "opinion": "意见", "reason": "理由", "number": "看到的版次", "agrees": "同意或不同意", "document_no": "文号",
    "begins_on": "开始执行的日期", "conclusion": "结论", "despite": "与任务书不符仍通过的理由", "experts": "专家意见",
    "rectify_until": "整改到哪一天", "approved": "同意或不同意",
}  # fmt: skip
AT_FIELDS = {
    "bad-begin": "begins_on", "document-missing": "document_no", "rectify-until": "rectify_until",
    "findings": "despite",
}  # fmt: skip
"""Where on the form it is told what a rule refused, by the rule's code."""


class AwardStep(NamedTuple):
    """One step a page offers: its order, its use case, what is said once it is done; `does`: the verb of its button."""

    order: type[BaseModel]
    work: Callable[..., Awaitable[Any]]
    done: str
    does: str = ""


UNIT_CONTRACT: Mapping[str, AwardStep] = {
    "agree": AwardStep(
        contracts.AgreeToContract, contracts.agree_to_contract, "已确认，项目办公室接着签署。", "确认任务书"
    ),
    "return": AwardStep(
        contracts.ReturnContract, contracts.return_contract_by_unit, "已退回，申报人会收到信。", "退回任务书"
    ),
}
UNIT_ASSESSMENT: Mapping[str, AwardStep] = {
    "say": AwardStep(assessing.SayOfAssessment, assessing.say_of_assessment, "意见已提交，项目办公室接着作结论。"),
    "return": AwardStep(assessing.ReturnAssessment, assessing.return_assessment_by_unit, "已退回，申报人会收到信。"),
}
SAY_OF_CHANGE = AwardStep(
    award_changes.SayOfChange,
    award_changes.say_of_change,
    "意见已提交；项目办公室接着决定，变更单位、由别人接任的，先由对方确认。",
)
ANSWER_CHANGE = AwardStep(
    award_changes.AnswerChange, award_changes.answer_change, "答复已提交，项目办公室接着决定。"
)  # fmt: skip
OFFICE: Mapping[str, AwardStep] = {
    "countersign": AwardStep(contracts.Countersign, contracts.countersign, "任务书已签署，项目开始执行。", "签署"),
    "resume": AwardStep(awards.ResumeAward, awards.resume_award, "已解除暂缓拨付。", "解除暂缓"),
    "terminate": AwardStep(awards.TerminateAward, awards.terminate_award, "项目已终止。", "终止项目"),
}
"""Steps that move money or begin something: each is shown before it is done."""
RETURN_CONTRACT = AwardStep(
    contracts.ReturnContract, contracts.return_contract_by_office, "任务书已退回，申报人会收到信。"
)  # fmt: skip
DECIDE = AwardStep(award_changes.DecideChange, award_changes.decide_change, "变更申请已决定。", "决定")
CONCLUDE = AwardStep(assessing.Conclude, assessing.conclude, "结论已作出，申报人和单位会收到信。", "作出结论")
RETURN_ASSESSMENT = AwardStep(
    assessing.ReturnAssessment, assessing.return_assessment_by_office, "考核材料已退回，申报人会收到信。"
)  # fmt: skip


def order_from(model: type[Order], given: Mapping[str, str], **ids: str) -> Order:
    """The order these texts make; what was left empty is not given, unless it is a text."""
    wrong = {name: problem for name, text in given.items() if (problem := problem_of(text))}
    wrong |= {
        name: f"有 {len(text)} 字，至多 {MOST_DEFECT} 字，请精简"
        for name, text in given.items()
        if name.startswith(DEFECT) and len(text) > MOST_DEFECT
    }
    if wrong:
        raise FormWrong(wrong, LABELS)
    values: dict[str, Any] = {
        name: given[name]
        for name, field in model.model_fields.items()
        if name in given and name not in ids and (given[name] or field.annotation is str)
    }
    if "reasons" in model.model_fields:
        values["reasons"] = {
            name.removeprefix(DEFECT): text for name, text in given.items() if name.startswith(DEFECT) and text
        }
    return order_of(model, {**values, **ids}, LABELS)


def wrong_at(error: DomainError | None) -> Mapping[str, str]:
    """What is wrong, by field."""
    if isinstance(error, FormWrong):
        return error.fields
    if error is not None and error.code in AT_FIELDS:
        return {AT_FIELDS[error.code]: error.message}
    return {}
