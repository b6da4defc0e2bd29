"""Data files officials write: YAML 1.2 with line numbers, read into models; all problems are reported at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from shared.core.errors import DomainError


class Problem(NamedTuple):
    """One thing to put right in a data file."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}：{self.what}"


class DataFileError(DomainError):
    """A data file cannot be used; `problems` lists everything found, each with file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("invalid-data-file", "\n".join(str(problem) for problem in self.problems))


class _Constructor(RoundTripConstructor):
    """A decimal stays the text it was written as; a binary float is never made."""


def _decimal_text(_: RoundTripConstructor, node: ScalarNode) -> str:
    return str(node.value)


_Constructor.add_constructor("tag:yaml.org,2002:float", _decimal_text)


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - YAML is any
    """The content of a YAML 1.2 file; decimals come as their text, dates as dates, mappings know their lines."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    try:
        return yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError([Problem(str(path), 1, "没有这个文件")]) from None
    except UnicodeDecodeError:
        raise DataFileError([Problem(str(path), 1, "文件不是 UTF-8 编码，请另存为 UTF-8")]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DataFileError([Problem(str(path), line, f"不是有效的 YAML：{error.problem or error.context}")]) from None
    except YAMLError as error:
        raise DataFileError([Problem(str(path), 1, f"不是有效的 YAML：{error}")]) from None


def line_of(node: object, path: Iterable[str | int] = ()) -> int:
    """The line (from 1) on which the deepest part of `path` that the file really has is written."""
    line = 1
    for key in path:
        marks = getattr(getattr(node, "lc", None), "data", None)
        if not isinstance(marks, dict) or key not in marks:
            break
        line = marks[key][0] + 1
        node = node[key]  # type: ignore[index]  # it has a mark for `key`, so it has `key`
    return line


def as_json(node: Any) -> Any:  # noqa: ANN401 - YAML and JSON are any
    """What a file says as JSON values; comments, layout and the order of names aside."""
    if isinstance(node, Mapping):
        return {str(key): as_json(value) for key, value in node.items()}
    if isinstance(node, list):
        return [as_json(value) for value in node]
    return node if node is None or isinstance(node, bool | int) else str(node)


_MESSAGES: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请检查拼写",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不对",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "date_type": "应为日期，例如 2018-01-01",
    "date_from_datetime_parsing": "应为日期，例如 2018-01-01",
    "dict_type": "应为“名称: 内容”的对照表",
    "model_type": "应为“名称: 内容”的对照表",
    "model_attributes_type": "应为“名称: 内容”的对照表",
    "list_type": "应为列表",
    "too_short": "不能为空",
}

Model = TypeVar("Model", bound=BaseModel)


def read_model(model: type[Model], node: object, file: Path) -> Model:
    """`node` (part of a read file) as `model`; everything wrong with its shape is one DataFileError."""
    try:
        return model.model_validate(node, strict=False)
    except ValidationError as error:
        problems = []
        for found in error.errors(include_url=False):
            at = [part for part in found["loc"] if not (isinstance(part, str) and part.startswith("shape:"))]
            where = ".".join(str(part) for part in at)
            what = found["msg"].removeprefix("Value error, ") if found["type"] == "value_error" else None
            what = what or _MESSAGES.get(found["type"]) or found["msg"]
            problems.append(Problem(str(file), line_of(node, at), f"{where}：{what}" if where else what))
        raise DataFileError(problems) from None
