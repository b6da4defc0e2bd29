"""The deadline night does the work it measures; how fast is told, never asserted."""

import json
import subprocess
import sys
from pathlib import Path


def test_everybody_saves_and_hands_in_without_an_error_beside_a_bare_site(root: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "tests.bench.deadline", "--operators", "4", "--json"],
        cwd=root, capture_output=True, text=True, timeout=420, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["operators"] == found["miaopu"]["handed_in"] == 4
    assert (found["miaopu"]["errors"], found["bare"]["errors"]) == (0, 0), found["miaopu"]["first_errors"]
    counts = {kind: found["miaopu"][kind]["requests"] for kind in ("open", "save", "submit")}
    assert counts == {"open": 4, "save": 4 * found["saves_each"], "submit": 4}
    assert found["bare"]["save"]["requests"] == 4 * found["saves_each"]
