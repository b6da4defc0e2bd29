"""No binary float comes anywhere near money: none is written, made, divided into being or formatted in the engines."""

import ast
from pathlib import Path

import pytest

PACKAGES = (
    "shared/accreditation",
    "shared/checklist",
    "shared/core",
    "shared/policy",
    "shared/programme",
    "shared/evaluation",
    "services/incubator/domain",
)
DIVIDES_PATHS = {"shared/policy/load.py", "shared/policy/sources.py", "shared/evaluation/load.py"}


def modules(root: Path) -> list[Path]:
    return sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))


def floats_in(tree: ast.AST, *, paths: bool) -> list[str]:
    """Where a binary float could come to be. Decimal and Fraction divide by methods and constructors of their own."""
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{line}: the literal {node.value}")
        if isinstance(node, ast.Name) and node.id in {"float", "complex"}:
            found.append(f"{line}: {node.id}")
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not paths:
            found.append(f"{line}: a division")
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            module = getattr(node, "module", None)
            if "math" in names or (module == "math" and set(names) - {"lcm"}):
                found.append(f"{line}: math")
    return found


def test_no_module_of_the_engines_can_make_a_binary_float(root: Path) -> None:
    checked = modules(root)
    assert len(checked) > 40
    found = {}
    for path in checked:
        name = str(path.relative_to(root))
        where = floats_in(ast.parse(path.read_text(encoding="utf-8")), paths=name in DIVIDES_PATHS)
        if where:
            found[name] = where
    assert found == {}


@pytest.mark.parametrize("source", ["x = 0.7", "float(x)", "x / 3", "x /= 2", "import math", "from math import floor"])
def test_the_proof_would_see_a_float(source: str) -> None:
    assert floats_in(ast.parse(source), paths=False)
