"""A 任务书 as its form shows it: what was typed, what is wrong with it, what it was returned for, what its sums are."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.talent.domain.contract_terms import Terms, read_terms
from services.talent.web.applicant import text
from services.talent.web.my_application import TYPED
from shared.core.money import in_yuan, wan_text


class ContractForm(NamedTuple):
    """`grant` and `own`: what the sums have to come to, in fen; `theirs`: what another window saved; `marked`: fields
    that something is told of."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    reasons: Mapping[str, str]
    theirs: Mapping[str, str] | None
    grant: int | None
    own: int
    sums: tuple[int, int]
    summary: str

    @property
    def marked(self) -> set[str]:
        return {*self.problems, *self.reasons}


def contract_form(
    award: RowMapping,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    reasons: Mapping[str, str],
    theirs: Mapping[str, str] | None = None,
) -> ContractForm:
    """Beside `problems` stands whatever cannot be read."""
    terms = read_terms(typed)
    wrong = {**terms.problems, **problems}
    sums = (terms.grant, terms.own)
    return ContractForm(
        typed, wrong, reasons, theirs, award["amount_fen"], award["own_fen"] or 0, sums, sums_said(award, terms)
    )


def sums_said(award: RowMapping, terms: Terms) -> str:
    """What the sums are and what they have to come to."""
    grant, own = wan_text(in_yuan(terms.grant)), wan_text(in_yuan(terms.own))
    needed = f"，应为 {wan_text(in_yuan(award['amount_fen']))}" if award["amount_fen"] is not None else ""
    return f"资助经费合计 {grant}{needed}；自筹经费合计 {own}，不少于 {wan_text(in_yuan(award['own_fen'] or 0))}"


def typed_of(form: FormData) -> dict[str, str]:
    """What was typed into the boxes, as it was."""
    return {name.removeprefix(TYPED): text(form, name) for name in form if name.startswith(TYPED)}
