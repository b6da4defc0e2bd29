"""Where schemes are: the library, or any file."""

from functools import cache
from pathlib import Path

from shared.core.errors import DomainError
from shared.core.files import DataFileError, Problem, read_model, read_yaml
from shared.evaluation.build import SchemeBuilder
from shared.evaluation.schema import SchemeFile
from shared.evaluation.scheme import Scheme

LIBRARY = Path(__file__).parent / "library"


def read_scheme(path: Path) -> Scheme:
    """The scheme written in `path`; one DataFileError with file and line of everything that is wrong with it."""
    node = read_yaml(path)
    given = read_model(SchemeFile, node, path).scheme
    if given.id != path.stem:
        raise DataFileError([Problem(str(path), 1, f"方案编号 {given.id} 应与文件名 {path.stem} 相同")])
    return SchemeBuilder(given, path, node, ("scheme",)).scheme()


@cache
def load_scheme(scheme: str) -> Scheme:
    """A scheme of the library."""
    if scheme not in published():
        raise DomainError("unknown-scheme", f"指标库没有方案 {scheme}；有：{'、'.join(published())}", status=404)
    return read_scheme(LIBRARY / f"{scheme}.yaml")


def published() -> list[str]:
    """The schemes of the library."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))
