"""What keeps a workbook from being used."""

from collections.abc import Iterable

from shared.core.errors import DomainError
from shared.workbook.cells import CellProblem


class WorkbookError(DomainError):
    """The workbook cannot be used yet; `problems` lists everything, as sheet, cell, problem, fix."""

    def __init__(self, problems: Iterable[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("invalid-workbook", f"工作簿有 {len(self.problems)} 处需要改正；改正之前不作任何计算")
