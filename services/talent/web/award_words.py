"""Awards in words: what a field of the 任务书 or of an assessment is called, what a conclusion means for the money."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from services.talent.domain import assessment_form, contract_terms
from services.talent.domain.contract_terms import KINDS, MOST_ROWS
from services.talent.domain.field_labels import ROW, SUMS, field_label
from services.talent.usecases.award_changes import KINDS as CHANGES
from services.talent.web.looks import PAGES, TONES
from shared.core.exact import shortest
from shared.programme.timetable import CONCLUSIONS, EFFECTS

MORE_ROWS = 3
"""Empty rows below those that are filled in: without a script, saving gives further ones."""
CONCLUSION_TONES = {"passed": "good", "rectify": "wait", "failed": "bad"}
TONES |= {
    "contracting": "wait", "running": "good", "held": "wait", "rectifying": "wait", "finished": "good",
    "terminated": "bad", "failed": "bad", "waiting": "calm", "released": "good", "stopped": "bad", "paid": "good",
    "agreed": "fair", "in_force": "good", "seen": "fair", "passed": "good", "applied": "fair", "approved": "good",
    "refused": "bad",
}  # fmt: skip


class Difference(NamedTuple):
    label: str
    before: str
    after: str


def rows(typed: Mapping[str, str], what: str, said: Collection[str] = ()) -> range:
    """The rows of a table to fill in: those with anything in them (or anything `said` of them) and some more."""
    found = [int(each[2]) for name in (*typed, *said) if (each := ROW.fullmatch(name)) and each[1] == what]
    return range(1, min(MOST_ROWS, max(found, default=0) + MORE_ROWS) + 1)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """What one version says otherwise than another, field by field as the form has them."""
    names = sorted({*before, *after}, key=_place)
    return [
        Difference(field_label(name), before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def contract_fields(typed: Mapping[str, str]) -> list[str]:
    """The fields of a 任务书 that say anything, as the form has them, and its sums: what it can be returned for."""
    return [*sorted({*typed, *contract_terms.TEXTS}, key=_place), *SUMS]


def _place(name: str) -> tuple[int, int, str]:
    if found := ROW.fullmatch(name):
        return (1 if found[1] == "target" else 2), int(found[2]), name
    return (0 if name in contract_terms.TEXTS else 3), 0, name


def money_words(effect: str, instalments: Sequence[int], *, recovery_proposed: bool) -> str:
    """第 2 期暂缓拨付；建议追回已经拨付的资助，由项目办公室另行决定。."""
    listed = "、".join(map(str, instalments))
    none = "此后不再拨付" if effect == "stopped" else "对拨款没有影响"
    said = f"第 {listed} 期{EFFECTS[effect]}" if listed and effect != "nothing" else none
    return f"{said}；建议追回已经拨付的资助，由项目办公室另行决定" if recovery_proposed else said


def concluded_words(conclusion: Mapping[Any, Any]) -> str:
    """What a conclusion that was made means for the money."""
    return money_words(
        conclusion["effect"], conclusion["instalments"], recovery_proposed=conclusion["recovery_proposed"]
    )


def assessment_name(row: Mapping[Any, Any]) -> str:
    """A yearly report says of which year it is."""
    return f"{row['name']}（第 {row['number']} 年）" if row["kind"] == "yearly" else str(row["name"])


def waits_for(when: str) -> str:
    """What an instalment waits for."""
    return {"contract": "任务书生效", "midterm": "中期考核通过", "final": "验收通过"}.get(when, when)


PAGES.environment.globals.update(
    KINDS=KINDS, CHANGE_KINDS=CHANGES, CONCLUSIONS=CONCLUSIONS, CONCLUSION_TONES=CONCLUSION_TONES,
    CONTRACT_TEXTS=contract_terms.TEXTS, ASSESSMENT_TEXTS=assessment_form.TEXTS, REQUIRED=assessment_form.REQUIRED,
    field_label=field_label, assessment_name=assessment_name, form_rows=rows, concluded_words=concluded_words,
    waits_for=waits_for, differences=differences, contract_fields=contract_fields, MOST_ROWS=MOST_ROWS,
)  # fmt: skip
PAGES.environment.filters.update(shortest=shortest)
