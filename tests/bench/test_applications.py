"""The bench of the talent office's pages looks at each of them; how fast they are is told, never asserted."""

import json
import subprocess
import sys
from pathlib import Path


def test_every_page_of_the_office_is_measured_beside_a_bare_query(root: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "tests.bench.applications", "--applications", "120", "--times", "2", "--json"],
        cwd=root, capture_output=True, text=True, timeout=420, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert (found["applications"], found["times"], found["wrong"]) == (120, 2, {})
    assert len(found["pages"]) > 15
    for took in found["pages"].values():
        assert 0 < took["p50_ms"] <= took["p95_ms"]
        assert 0 < took["bare_p50_ms"] <= took["bare_p95_ms"]
