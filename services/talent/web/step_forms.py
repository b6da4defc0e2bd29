"""What people typed about an application, read as orders; what cannot be read is told at its field."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel
from starlette.datastructures import FormData

from services.talent.usecases.calls import CLOSES_EARLY, CLOSES_IN_THE_PAST
from services.talent.usecases.recommending import ReturnToApplicant
from shared.core.errors import DomainError
from shared.reading.sent_text import problem_of, text_of
from shared.webkit.forms import NUL, FormWrong, order_of

DEFECT = "defect:"
MOST_DEFECT = 500
"""Characters of what is wrong with one field."""
LABELS = {
    "opinion": "意见", "reason": "理由", "number": "提交次数", "application_id": "申报编号", "why": "查看理由",
}  # fmt: skip

OF_A_FIELD = {CLOSES_IN_THE_PAST: "closes_on", CLOSES_EARLY: "reason"}
"""What a use case refuses because of one field, by its code: told at that field."""


class Step(NamedTuple):
    """One step a page offers: its order, its use case, and what is said once it is done."""

    order: type[BaseModel]
    work: Callable[..., Awaitable[Any]]
    done: str


def texts(form: FormData) -> dict[str, str]:
    """What was typed, lines as a browser has them made one kind."""
    return {name: text_of(value).replace("\r\n", "\n").replace(NUL, "").strip() for name, value in form.items()}


def step_order(step: Step, given: Mapping[str, str], application_id: str) -> BaseModel:
    """The order of a step about an application; what is wrong is told by field."""
    wrong = {
        name: problem
        for name, text in given.items()
        if (name.startswith(DEFECT) or name in ("opinion", "reason")) and (problem := problem_of(text))
    }
    wrong |= {
        name: f"有 {len(text)} 字，至多 {MOST_DEFECT} 字，请精简"
        for name, text in given.items()
        if name.startswith(DEFECT) and len(text) > MOST_DEFECT
    }
    if wrong:
        raise FormWrong(wrong, LABELS)
    values: dict[str, Any] = {name: given[name] for name in ("opinion", "reason") if name in given}
    values |= {"application_id": application_id, "number": given.get("number") or None}
    if step.order is ReturnToApplicant:
        values["reasons"] = {
            name.removeprefix(DEFECT): text for name, text in given.items() if name.startswith(DEFECT) and text
        }
    labels = LABELS | ({"reason": "退回的原因"} if step.order is ReturnToApplicant else {})
    return order_of(step.order, values, labels)


def wrong_in(error: DomainError | None) -> Mapping[str, str]:
    """What is wrong, by field."""
    if error is not None and error.code == "excluded":  # what excludes an application is answered with a reason
        return {"opinion": error.message}
    if error is not None and error.code in OF_A_FIELD:
        return {OF_A_FIELD[error.code]: error.message}
    return error.fields if isinstance(error, FormWrong) else {}
