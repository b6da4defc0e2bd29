"""The plan's targets beside actual numbers."""

from pathlib import Path

import pytest

from shared.core.files import DataFileError
from shared.policy import load_policy
from shared.programme.load import load_programme
from shared.running.figures import Actual
from shared.targets.comparing import compared
from shared.targets.load import plan, read_targets

TARGET = "- {{name: 样例, year: 2018, number: {number}, unit: 家, counts: [{counts}], source: 样例文}}\n"


def actual(key: str, number: int) -> Actual:
    return Actual(key, "载体", "样例", "", number, "家", f"/{key}")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text("targets:\n" + "".join(lines), encoding="utf-8")
    return path


def test_every_target_counts_what_a_service_can_count() -> None:
    policy = load_policy("dalian-2017-52")
    lines = {"outstanding_youth": "outstanding-youth-2018", "young_star": "young-star-2018"}
    for target in plan():
        for name in target.counts:
            sort, *rest = name.split("/")
            if sort == "carrier":
                assert rest[0] in policy.kinds, name
                assert set(rest[1:]) <= set(policy.levels), name
            elif sort == "award":
                edition = load_programme(lines[rest[0]])
                assert (edition.line, str(edition.year)) == tuple(rest), name
            else:
                assert name in {"mentor", "broker"}


def test_the_figures_of_the_plans_are_those_of_their_documents() -> None:
    told = {(each.name, each.year): each.number for each in plan()}
    assert told["国家级科技企业孵化器", 2018] == 12
    assert told["市级以上备案众创空间", 2020] == 80
    assert told["科技创业导师和创业辅导师", 2018] == 300
    assert told["青年科技之星", 2018] == 100


def test_a_target_adds_up_its_figures_and_says_what_is_missing(tmp_path: Path) -> None:
    path = written(tmp_path, TARGET.format(number=10, counts="carrier/makerspace/national, carrier/makerspace/city"))
    actuals = [actual("carrier/makerspace/national", 3), actual("carrier/makerspace/city", 4),
               actual("carrier/makerspace/district", 5)]  # fmt: skip
    (found,) = compared(read_targets(path), actuals)
    assert (found.actual, found.missing, found.reached, found.href) == (7, 3, False, None)


def test_a_whole_kind_is_of_every_level_and_leads_to_the_list_of_what_is_one_figure(tmp_path: Path) -> None:
    path = written(tmp_path, TARGET.format(number=2, counts="carrier/agri_makerspace"))
    (found,) = compared(read_targets(path), [actual("carrier/agri_makerspace/city", 2), actual("carrier/agri", 9)])
    assert (found.actual, found.missing, found.reached) == (2, 0, True)
    assert found.href == "/carrier/agri_makerspace/city"


def test_what_no_service_here_counts_is_left_out_and_what_it_counts_none_of_is_zero(tmp_path: Path) -> None:
    path = written(tmp_path, TARGET.format(number=2, counts="carrier/makerspace/city"))
    assert compared(read_targets(path), [actual("mentor", 3)]) == []
    (found,) = compared(read_targets(path), [actual("carrier/incubator/city", 3)])
    assert (found.actual, found.missing) == (0, 2)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([TARGET.format(number=0, counts="mentor")], "数字太小"),
        ([TARGET.format(number=1, counts="mentor")] * 2, "写了两次"),
    ],
    ids=["zero", "twice"],
)
def test_what_is_wrong_with_the_file_is_told_with_its_line(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(DataFileError) as wrong:
        read_targets(written(tmp_path, *lines))
    assert told in wrong.value.message
    assert wrong.value.problems[0].line > 1
