"""The benchmark does the work it measures; how fast is told, never asserted."""

import json
import subprocess
import sys
from pathlib import Path


def test_it_settles_every_unit_in_one_process_and_in_separate_ones_beside_the_floor(root: Path) -> None:
    shown = subprocess.run(
        [Path(sys.executable).parent / "miaopu", "bench", "settlement", "--units", "40", "--json"],
        cwd=root, capture_output=True, text=True, timeout=420, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["units"] == found["floor"]["units"] == 40
    for way in ("one_process", "separate_processes"):
        assert found[way]["units"] == 40
        assert found[way]["units_per_second"] > 0
        assert 0 < found[way]["idle_p50_ms"] <= found[way]["idle_p95_ms"]
        assert found[way]["of_floor"] > 0
