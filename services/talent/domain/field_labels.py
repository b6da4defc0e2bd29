"""What the fields of a 任务书 and of an assessment are called, on pages and in letters alike."""

import re
from collections.abc import Iterable, Mapping

from services.talent.domain import assessment_form, contract_terms
from services.talent.domain.contract_terms import KINDS
from services.talent.domain.signing import LABELS
from shared.checklist.finding import STATE_NAMES

PARTS = {
    "target": {"name": "名称", "figure": "数值", "unit": "单位", "note": "说明"},
    "milestone": {"on": "日期", "what": "内容"},
}
STANDS = {**STATE_NAMES, "unknown": "没有填"}
"""How a condition stands: what an application lacks is not always a number, and the applicant can fill it in."""
ROWS = {"target": "考核指标", "milestone": "进度节点"}
SOURCES = {"grant": "资助经费", "own": "自筹经费"}
SUMS = {"milestones": "进度节点", "budget": "资助经费预算合计", "budget-own": "自筹经费预算合计"}
ROW = re.compile(r"(target|milestone)-([0-9]+)-([a-z]+)")
_MONEY = re.compile(r"(budget|spent)-([a-z]+)-(grant|own)")


def field_label(name: str) -> str:
    """What a field is called where its problem is told."""
    known: Mapping[str, tuple[str, int]] = {**contract_terms.TEXTS, **assessment_form.TEXTS}
    if found := ROW.fullmatch(name):
        what, row, part = found.groups()
        return f"第 {row} 项{ROWS[what]}的{PARTS[what].get(part, part)}"
    if found := _MONEY.fullmatch(name):
        what, kind, source = found.groups()
        return f"{KINDS.get(kind, kind)}（{SOURCES[source]}{'支出' if what == 'spent' else ''}，万元）"
    return known[name][0] if name in known else {**SUMS, **LABELS}.get(name, name)


def labels_of(names: Iterable[str]) -> dict[str, str]:
    return {name: field_label(name) for name in names}
