"""Why an expert may not review a unit: each reason alone, all of them together, and what is no reason."""

import pytest

from shared.core.errors import DomainError
from shared.review import RELATIONS, Expert, Party, Relation, Rules, Unit, exclusions

OPERATOR = Party("样例（大连）孵化器有限公司", "91210200MA0000001X", "U1", "运营单位")
TENANT = Party("样例生物科技有限公司", "91210200MA0000002Y", "E1", "在孵企业")
UNIT = Unit("Z1", "样例孵化器", "incubator", (OPERATOR, TENANT))
RULES = Rules(per_unit=3, most=5)


def expert(*relations: Relation, employer: Party | None = None, fields: tuple[str, ...] = ()) -> Expert:
    return Expert("P1", "张三", employer or Party("样例大学"), fields, relations)


def reasons(who: Expert, rules: Rules = RULES) -> list[tuple[str, str]]:
    return [(each.code, each.reason) for each in exclusions(who, UNIT, rules)]


def test_an_expert_without_ties_may_review() -> None:
    assert reasons(expert(Relation("shareholding", Party("别家公司")), Relation("conflict", unit="Z2"))) == []


@pytest.mark.parametrize(
    "employer",
    [
        Party("样例(大连)孵化器有限公司"),
        Party(" 样例（大连）孵化器 有限公司"),
        Party("改过名的公司", "91210200ma0000001x"),
        Party("９１２号", "９１２１０２００ＭＡ００００００１Ｘ"),
        Party(id="U1"),
    ],
)
def test_the_employer_is_known_by_name_code_or_id_however_it_is_written(employer: Party) -> None:
    ((code, reason),) = reasons(expert(employer=employer))
    assert code == "employer"
    assert "“样例孵化器”的运营单位" in reason


def test_the_employer_may_be_a_tenant() -> None:
    employer = Party("样例生物科技有限公司")
    assert reasons(expert(employer=employer)) == [
        ("employer", "任职单位“样例生物科技有限公司”就是“样例孵化器”的在孵企业")
    ]


def test_what_is_not_known_of_both_is_no_tie() -> None:
    nameless = Unit("Z9", "样例", "incubator", (Party(),))
    assert exclusions(expert(employer=Party()), nameless, RULES) == []


@pytest.mark.parametrize("kind", [kind for kind in RELATIONS if kind not in {"conflict", "left"}])
def test_each_declared_relation_with_a_party_of_the_unit_excludes(kind: str) -> None:
    ((code, reason),) = reasons(expert(Relation(kind, Party(code=TENANT.code))))
    assert code == kind
    assert RELATIONS[kind] in reason
    assert "“样例生物科技有限公司”" in reason


def test_a_conflict_with_the_unit_excludes_from_this_unit() -> None:
    assert reasons(expert(Relation("conflict", unit="Z1"))) == [("conflict", "本人申请回避“样例孵化器”")]
    assert [code for code, _ in reasons(expert(Relation("left", unit="Z1")))] == ["left"]


def test_a_kind_may_ask_for_fields_of_which_one_is_enough() -> None:
    rules = Rules(3, 5, {"incubator": ("财务", "孵化管理")})
    assert reasons(expert(fields=("法律", "财务")), rules) == []
    assert reasons(expert(fields=("法律",)), rules) == [("field", "专业领域（法律）不在要求之内（财务、孵化管理）")]
    assert reasons(expert(), rules) == [("field", "专业领域（未登记）不在要求之内（财务、孵化管理）")]
    assert reasons(expert(), Rules(3, 5, {"makerspace": ("财务",)})) == []


def test_every_reason_is_told_once() -> None:
    share = Relation("shareholding", Party("样例生物科技有限公司"))
    who = expert(share, share, Relation("conflict", unit="Z1"), employer=Party(code=OPERATOR.code))
    assert [code for code, _ in reasons(who)] == ["employer", "shareholding", "conflict"]


def test_rules_and_relations_that_mean_nothing_are_refused() -> None:
    with pytest.raises(DomainError, match="至少为 1"):
        Rules(0, 3)
    with pytest.raises(DomainError, match="shareholding"):
        Relation("friend")
