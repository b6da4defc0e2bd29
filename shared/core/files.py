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


def _date_or_text(constructor: RoundTripConstructor, node: ScalarNode) -> Any:  # noqa: ANN401 - YAML is any
    try:
        return constructor.construct_yaml_timestamp(node)
    except ValueError:
        return str(node.value)  # 2018-02-30 names no day: whoever wants a date says so, with what was written


_Constructor.add_constructor("tag:yaml.org,2002:float", _decimal_text)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - YAML is any
    """The content of a YAML 1.2 file; decimals come as their text, dates as dates, mappings know their lines."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    try:
        return yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError([Problem(str(path), 1, "没有这个文件")]) from None
    except OSError as error:
        raise DataFileError([Problem(str(path), 1, f"读不了这个文件（{error.strerror}）")]) from None
    except UnicodeDecodeError:
        raise DataFileError([Problem(str(path), 1, "文件不是 UTF-8 编码，请另存为 UTF-8")]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DataFileError([Problem(str(path), line, f"不是有效的 YAML：{error.problem or error.context}")]) from None
    except (YAMLError, ValueError, KeyError, RecursionError) as error:  # what the library itself trips over
        raise DataFileError([Problem(str(path), 1, f"不是有效的 YAML：{error or '嵌套太深'}")]) from None


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
    "literal_error": "不是可用的写法",
    "greater_than_equal": "数字太小",
    "less_than_equal": "数字太大",
    "int_parsing_size": "数字太大",
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
        problems: dict[tuple[int, str], Problem] = {}
        for found in error.errors(include_url=False):
            at = _path_in(node, found["loc"], names_missing=found["type"] == "missing")
            where = ".".join(str(part) for part in at)
            problem = Problem(str(file), line_of(node, at), f"{where}：{_what(found)}" if where else _what(found))
            problems.setdefault((problem.line, where), problem)  # the ways a part may be written all fail: one is told
        raise DataFileError(problems.values()) from None


def _path_in(node: object, loc: tuple[int | str, ...], *, names_missing: bool) -> list[Any]:
    """Where in the file an error is: the parts of its path that the file really has, and what is missing there."""
    path: list[Any] = []
    for place, part in enumerate(loc):
        found = next((key for key in node if str(key) == str(part)), None) if isinstance(node, Mapping) else None
        if found is not None:
            path.append(found)
            node = node[found]  # type: ignore[index]  # it is a mapping that has it
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            path.append(part)
            node = node[part]
        elif names_missing and place == len(loc) - 1:
            path.append(part)
    return path


_PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]*$": "应为名称：小写字母、数字和下划线；金额和比例写参数名，不直接写数字",
    r"^[a-z][a-z0-9-]*$": "应为编号：小写字母、数字和连字符",
    r"^[0-9]{1,15}(\.[0-9]{1,6})?$": '应为不小于 0 的十进制数字，例如 "0.70"',
}


def _what(found: Any) -> str:  # noqa: ANN401 - the library's own
    context = found.get("ctx") or {}
    if found["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context.get("pattern", ""), "格式不对")
    if found["type"] == "literal_error":
        return f"应为 {str(context.get('expected', '')).replace(' or ', ' 或 ')}"
    if found["type"] == "value_error":
        return str(found["msg"]).removeprefix("Value error, ")
    if str(found["type"]).startswith("date"):
        return _MESSAGES["date_type"]
    return _MESSAGES.get(found["type"]) or str(found["msg"])
