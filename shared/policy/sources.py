"""The files of a policy as read: their shape is right; what they say is still to be checked by `build`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from shared.core.canonical import sha256_of
from shared.core.files import DataFileError, Problem, as_json, line_of, read_model, read_yaml
from shared.policy import schema


class ChapterFile(NamedTuple):
    path: Path
    node: Any
    chapter: schema.Chapter


class PolicyFiles(NamedTuple):
    """policy.yaml and the other files beside it, in the order of their names."""

    path: Path
    node: Any
    head: schema.Head
    chapters: tuple[ChapterFile, ...]

    def digest(self) -> str:
        """SHA-256 of everything the files say; comments and layout aside."""
        # as written, not as modelled: what the shape learns later must not change a published version's digest
        return sha256_of([as_json(self.node), *(as_json(file.node) for file in self.chapters)])


class Findings:
    """Collects problems with the line they are on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, file: Path, node: object, at: Iterable[str | int], what: str) -> None:
        self.problems.append(Problem(str(file), line_of(node, at), what))

    def raise_any(self) -> None:
        if self.problems:
            raise DataFileError(sorted(self.problems))


def read_files(folder: Path) -> PolicyFiles:
    """The files of the policy in `folder`; one DataFileError with every problem of shape in any of them."""
    findings = Findings()
    head: schema.Head | None = None
    head_node: Any = None
    chapters: list[ChapterFile] = []
    main = folder / "policy.yaml"
    for path in (
        main,
        *sorted({path for path in folder.glob("*.yaml") if path.is_file()} - {main}, key=_reading_order),
    ):
        try:
            node = read_yaml(path)
            if path == main:
                head, head_node = read_model(schema.Head, node, path), node
            else:
                chapters.append(ChapterFile(path, node, read_model(schema.Chapter, node, path)))
        except DataFileError as error:
            findings.problems.extend(error.problems)
    findings.raise_any()
    if head is None:  # no head without a problem
        raise AssertionError(folder)
    return PolicyFiles(main, head_node, head, tuple(chapters))


def _reading_order(path: Path) -> tuple[int, str]:
    """article-2 before article-12."""
    digits = "".join(char for char in path.stem if char.isascii() and char.isdigit())
    return (int(digits) if digits else 0, path.name)
