"""What an office does with a year's workbook: get an empty one, check it, settle it."""

from pathlib import Path
from typing import NamedTuple

from services.incubator.domain.city_year import CityYear
from services.incubator.domain.settlement import Progress, YearResult, settle_year
from services.incubator.workbook.read import read_workbook
from services.incubator.workbook.write import write_workbook
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evaluation.load import published
from shared.policy import load_policy
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError

TEMPLATE_NOTES = (
    "空白工作簿。先填“总表”，再依次填“运营单位”“载体名录”，然后是各填报表和其他各表。",
    "没有内容的表保留标题行。标题的批注里有填报说明和证明材料。",
    "金额列标题里的单位可以改为元、千元或万元，读取时换算一次。",
    "填好后用 miaopu workbook check 检查，用 miaopu workbook compute 试算。",
)


class SettledYear(NamedTuple):
    year: CityYear
    result: YearResult


def settle_workbook(path: Path, progress: Progress = lambda *_: None) -> SettledYear:
    """Reads, scores, grades and computes every subsidy of the workbook's year; a WorkbookError computes nothing."""
    year = read_workbook(path)
    return SettledYear(year, settle_year(year, progress))


def check_workbook(path: Path) -> tuple[CellProblem, ...]:
    """Everything to put right in the workbook."""
    try:
        read_workbook(path)
    except WorkbookError as error:
        return error.problems
    return ()


def write_template(path: Path, policy: str) -> None:
    """An empty workbook with the first scheme of each kind that the library has; never over a file that is there."""
    if path.exists():
        raise DomainError("file-exists", f"{path} 已存在，不会覆盖；请换一个文件名", status=409)
    if path.suffix != ".xlsx" or not path.parent.is_dir():
        raise DomainError("bad-file-name", f"{path} 应是已有文件夹里以 .xlsx 结尾的文件名")
    schemes = {scheme.carrier: scheme for scheme in map(load_scheme, reversed(published()))}
    used = load_policy(policy)
    write_workbook(path, used, schemes, {"policy": used.id}, {}, TEMPLATE_NOTES)
