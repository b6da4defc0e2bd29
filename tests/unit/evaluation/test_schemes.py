"""The library of schemes, what `evaluate check` finds, and checks between figures."""

from pathlib import Path

import pytest

from shared.core.files import DataFileError
from shared.evaluation import load_scheme, read_scheme
from shared.evaluation.checks import broken
from shared.evaluation.load import LIBRARY, published
from shared.evaluation.scoring import Expert

GOOD = (LIBRARY / "makerspace-100.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", published())
def test_a_shipped_scheme_tells_a_form_all_it_needs(name: str) -> None:
    scheme = load_scheme(name)
    for figure in scheme.figures.values():
        assert figure.label
        assert figure.unit
        assert figure.help
        assert figure.evidence
    for indicator in scheme.indicators:
        assert indicator.label
        assert indicator.form.text()
        assert all(figure.name in scheme.figures for figure in indicator.form.figures)
        assert not isinstance(indicator.form, Expert) or (indicator.help and indicator.evidence)


def test_every_kind_has_a_scheme_and_only_the_published_one_is_no_sample() -> None:
    schemes = [load_scheme(name) for name in published()]
    assert {scheme.carrier for scheme in schemes} == {
        "incubator", "makerspace", "university_park", "agri_makerspace", "commissioner_team",
    }  # fmt: skip
    assert [scheme.id for scheme in schemes if not scheme.sample] == ["makerspace-100"]
    assert all("样例" in scheme.title and "未公布" in scheme.note for scheme in schemes if scheme.sample)


def test_the_incubator_sample_has_the_structure_that_was_published() -> None:
    scheme = load_scheme("incubator-100-sample")
    assert len([indicator for indicator in scheme.indicators if not indicator.bonus]) == 7 + 9 + 5
    assert len([indicator for indicator in scheme.indicators if indicator.bonus]) == 2
    assert scheme.full + (scheme.bonus_cap or 0) == 105


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("full: 100\n", "full: 99\n", "full: 99", "各指标满分之和是 100，与总分 99 不符"),
        ("code: mentors,", "code: seats,", "code: seats,        label: 外聘", "指标编号 seats 重复"),
        ("part: seats_used,", "part: seats_usd,", "code: occupancy", "figures 没有填报项 seats_usd"),
        ("good: 70", "good: 90", "lines:", "分数线应从高到低"),
        ("that: seats_used <= seats,", "that: seats_used ~ seats,", "seats_used ~", "应写成“填报项 比较号 填报项”"),
        ("type: per_amount, amount: 300000", "type: per_amounts, amount: 300000", "per_amounts", "per_unit、weighted"),
        ("amount: 30000,", "amount: 0,", "amount: 0,", "计分的额度（amount）应大于 0"),
        ("carrier: makerspace", "carrrier: makerspace", "carrrier", "不认识这一项"),
        ("label: 税收, full: 8", "full: 8", "code: tax", "指标 tax 没有名称"),
        ("hosted: 1,", "hasted: 1,", "hasted: 1", "填报项 activities 没有类别 hasted"),
        (
            "seats,          label: 工位总数, full: 10",
            "seats,          label: 工位总数, full: 1e1",
            "full: 1e1",
            "应为不小于 0 的十进制数字",
        ),
    ],
)
def test_a_mistake_in_a_scheme_is_found_on_its_line(tmp_path: Path, old: str, new: str, at: str, what: str) -> None:
    assert old in GOOD
    wrong = GOOD.replace(old, new, 1)
    path = tmp_path / "makerspace-100.yaml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(DataFileError) as failed:
        read_scheme(path)
    line = wrong[: wrong.index(at)].count("\n") + 1
    assert (line, True) in [(problem.line, what in problem.what) for problem in failed.value.problems], failed.value


def test_figures_are_checked_against_each_other() -> None:
    checks = load_scheme("makerspace-100").checks
    assert broken(checks, {"seats": 62, "seats_used": 62, "new_teams": 3}) == []
    found = broken(checks, {"seats": 62, "seats_used": "80", "new_teams": 90})
    assert [str(each) for each in found] == [
        "已使用工位不应超过工位总数：已使用工位 80，工位总数 62",
        "新增入驻团队一般不多于已使用工位：新增入驻团队 90，已使用工位 80",
    ]
    assert [each.check.warning for each in found] == [False, True]
    assert broken(checks, {"seats": "many"}) == []  # what cannot be read is told elsewhere
