"""What can be wrong with one unit's figures. The codes are a contract (tests/policies); the other units go on."""

from shared.core.errors import DomainError


class FigureError(DomainError):
    """The unit has no score until the figure named in `where` is put right."""

    def __init__(self, code: str, where: str, message: str) -> None:
        super().__init__(code, f"{where}：{message}")
        self.where = where


def missing_figure(where: str) -> FigureError:
    return FigureError("missing-figure", where, "没有填报；确实没有请填 0")


def invalid_figure(where: str, found: object, allowed: str) -> FigureError:
    return FigureError("invalid-figure", where, f"填报的是“{found}”，应为{allowed}")


def division_by_zero(where: str, whole: str) -> FigureError:
    return FigureError("division-by-zero", where, f"{whole}为 0，无法计算比例")
