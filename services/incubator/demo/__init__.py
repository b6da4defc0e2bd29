"""The sample city: `dalian-2018.xlsx`, a year as an office could have kept it, and how it was made."""

from pathlib import Path

WORKBOOK = Path(__file__).parent / "dalian-2018.xlsx"
