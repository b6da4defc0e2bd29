"""How fast the engines are, in one run: `make bench` (`--json` for one line of JSON).

Machines are shared and noisy: every figure is the best of several rounds, and growth is told as a ratio within the run.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.evaluation import Unit, grade, load_scheme, score
from shared.policy import History, compute, load_policy

POLICY = load_policy("dalian-2017-52")
COMPUTATIONS = 20_000
UNITS = 15_000


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the quickest round."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def subject(number: int) -> dict[str, object]:
    return {"id": f"c{number}", "org": f"o{number}", "kind": "makerspace", "level": "city"}


def evaluated(number: int) -> dict[str, object]:
    cost = f"{300_000 + number}.55"
    return {
        "id": f"e{number}", "type": "evaluated", "year": 2018, "grade": "excellent", "date": "2018-12-20",
        "facts": {"operating_cost_prev_year": cost},
    }  # fmt: skip


def hnte(number: int, organisation: int) -> tuple[dict[str, object], dict[str, object]]:
    carrier = {"id": f"c{organisation}", "org": f"o{organisation}", "kind": "incubator", "level": "city"}
    facts = {"tenant": f"t{number}", "entered_on": "2016-01-01"}
    return carrier, {"id": f"h{number}", "type": "tenant_hnte_recognised", "date": "2018-11-30", "facts": facts}


def history_of(size: int) -> History:
    """`size` awards: half of them under yearly ceilings of organisations, half once-per-year evaluations."""
    history = History()
    number = 0
    while len(history) < size:
        asked = hnte(number, number // 4) if number % 2 else (subject(number), evaluated(number))
        for award in compute(POLICY, *asked, history).awards:
            history = history.with_award(award)
        number += 1
    return history


def policy_seconds(history: History) -> float:
    """Seconds for COMPUTATIONS computations, each explained and hashed, reading included in none."""
    questions = [(subject(10**6 + number), evaluated(10**6 + number)) for number in range(COMPUTATIONS)]

    def work() -> None:
        for who, what in questions:
            compute(POLICY, who, what, history)

    return best(work)


def growth_seconds(size: int) -> float:
    """Seconds to grow a history to `size` awards one by one, the awards made before."""
    awards = [compute(POLICY, subject(number), evaluated(number), History()).awards[0] for number in range(size)]

    def work() -> None:
        history = History()
        for award in awards:
            history = history.with_award(award)

    return best(work)


def evaluation_seconds(size: int) -> float:
    """Seconds to score, explain and grade `size` units of the makerspace scheme."""
    scheme = load_scheme("makerspace-100")
    units = [Unit(f"u{number}", _figures(number)) for number in range(size)]
    return best(lambda: grade(scheme, score(scheme, units)))


def _figures(number: int) -> dict[str, Any]:
    seats = 50 + number % 60
    return {
        "seats": seats, "seats_used": seats - number % 30, "mentors": number % 9, "agencies": number % 7,
        "activities": {"hosted": number % 6, "undertaken": number % 5, "hosted_jointly": 1, "undertaken_jointly": number % 3},
        "new_teams": number % 27, "registered": {"company": number % 8, "sole_trader": number % 4},
        "commercialised": number % 5, "financing": f"{number * 211}.50", "tax": f"{number * 17}.25",
        "talent": {"college": number % 4, "bachelor": number % 5, "master": number % 3, "doctor": number % 2},
    }  # fmt: skip


def measure() -> dict[str, float]:
    short, long = history_of(1_000), history_of(10_000)
    with_short, with_long = policy_seconds(short), policy_seconds(long)
    grown, grown_ten = growth_seconds(1_500), growth_seconds(15_000)
    evaluation = evaluation_seconds(UNITS)
    return {
        "policy_computations_per_second": round(COMPUTATIONS / with_short),
        "cost_with_ten_times_the_history": round(with_long / with_short, 2),
        "history_of_15000_seconds": round(grown_ten, 3),
        "history_cost_per_award_at_ten_times_the_size": round(grown_ten / grown / 10, 2),
        "evaluation_15000_units_seconds": round(evaluation, 3),
        "evaluation_units_per_second": round(UNITS / evaluation),
    }


ROWS = {
    "policy_computations_per_second": ("政策计算（含说明与指纹，历史 1,000 笔），每秒", "{:,.0f}", "30,000"),
    "cost_with_ten_times_the_history": ("历史 10,000 笔与 1,000 笔的单次耗时之比", "{:.2f}", "约 1"),
    "history_of_15000_seconds": ("历史逐笔增加到 15,000 笔，秒", "{:.3f}", ""),
    "history_cost_per_award_at_ten_times_the_size": ("15,000 笔与 1,500 笔的每笔耗时之比", "{:.2f}", "约 1"),
    "evaluation_15000_units_seconds": ("15,000 家 × 11 项指标计分、说明、定等次，秒", "{:.3f}", "1"),
    "evaluation_units_per_second": ("考评单位，每秒", "{:,.0f}", ""),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found))
        return
    shown = Table("项目", "测得", "目标", title=f"Python {sys.version.split()[0]}，单核", title_justify="left")
    for name, (label, form, aim) in ROWS.items():
        shown.add_row(label, form.format(found[name]), aim)
    Console(highlight=False).print(shown)


if __name__ == "__main__":
    main()
