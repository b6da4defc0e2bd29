"""The house: one configuration file, locked dependencies, one command that checks all, no names that should not be here."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

HOSTS = re.compile(r"(pypi|pythonhosted|npmjs|debian)\.(org|net)|files\.python", re.IGNORECASE)


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    ).stdout.split("\n")  # fmt: skip
    found = [root / name for name in listed if name and (root / name).is_file()]
    return found or [path for path in root.rglob("*") if path.is_file() and ".venv" not in path.parts]


def test_no_file_names_a_registry_host(files: list[Path], root: Path) -> None:
    named = []
    for path in files:
        if path.suffix in {".xlsx", ".mo"} or path == Path(__file__):
            continue
        if HOSTS.search(path.read_text(encoding="utf-8")):
            named.append(str(path.relative_to(root)))
    assert named == []


def test_every_dependency_is_locked_by_version_and_hash_without_addresses(root: Path) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index-url" not in lock
    blocks = re.split(r"\n(?=[a-z0-9])", lock.strip())
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = {re.split("==", block)[0] for block in blocks}
    for requirement in wanted:
        assert re.split(r"[>=\[]", requirement)[0].lower().replace(".", "-").replace("_", "-") in locked


def test_the_other_ways_to_check_run_make_check(root: Path) -> None:
    assert "entry: make check" in (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    run = (root / ".ci/run").read_text(encoding="utf-8")
    assert "make check" in run
    assert "make test" in run


def test_the_readme_needs_two_commands_of_a_newcomer(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in readme
        assert re.search(rf"^{command}: \$\(READY\)", makefile, re.MULTILINE)


def test_the_words_of_the_command_line_are_compiled_from_their_source(root: Path) -> None:
    folder = root / "services/cli/locale/zh_CN/LC_MESSAGES"
    with (folder / "messages.po").open("rb") as source, (folder / "messages.mo").open("rb") as compiled:
        written, used = (
            {str([*message.id]): str([*(message.string or ())]) for message in catalog if message.id}
            for catalog in (read_po(source), read_mo(compiled))
        )
    assert used == written


def test_every_decision_has_context_decision_consequences_and_what_would_change_it(root: Path) -> None:
    decisions = sorted((root / "docs/decisions").glob("*.md"))
    assert len(decisions) >= 3
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.match(r"\d{4}-[a-z-]+\.md", path.name)
        for heading in ("## Context", "## Decision", "## Consequences", "## What would change our mind"):
            assert heading in text, path.name


def test_our_copy_of_the_floor_is_the_designs(root: Path) -> None:
    """Only where the design lies beside the project."""
    design = root.parent / "shared" / "bench" / "settlement_floor.py"
    ours = root / "tests" / "bench" / "settlement_floor.py"
    assert ours.stat().st_size > 1000
    if design.exists():
        assert ours.read_bytes() == design.read_bytes()
