"""How fast the engines are, in one run: `make bench` (`--json` for one line of JSON).

Machines are shared and noisy: what is compared is measured in turn and told as the median of the ratios; the best
round tells what the engine can do, the median what it did here.
"""

import argparse
import gc
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.evaluation import Unit, grade, load_scheme, score
from shared.policy import History, compute, load_policy

POLICY = load_policy("dalian-2017-52")
COMPUTATIONS = 1_000
UNITS = 15_000


def rounds_of(*works: Callable[[], object], rounds: int) -> list[list[float]]:
    """Seconds of each work in each round, the works in turn: what disturbs one round disturbs them all."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            gc.collect()
            start = time.perf_counter()
            work()
            seconds[place].append(time.perf_counter() - start)
    return seconds


def ratio(above: list[float], below: list[float]) -> float:
    """The middle one of the ratios round by round."""
    return statistics.median(one / other for one, other in zip(above, below, strict=True))


def subject(number: int) -> dict[str, object]:
    return {"id": f"c{number}", "org": f"o{number}", "kind": "makerspace", "level": "city"}


def evaluated(number: int) -> dict[str, object]:
    cost = f"{300_000 + number}.55"
    return {
        "id": f"e{number}", "type": "evaluated", "year": 2018, "grade": "excellent", "date": "2018-12-20",
        "facts": {"operating_cost_prev_year": cost},
    }  # fmt: skip


def hnte(number: int, organisation: int) -> tuple[dict[str, object], dict[str, object]]:
    carrier: dict[str, object] = {
        "id": f"c{organisation}",
        "org": f"o{organisation}",
        "kind": "incubator",
        "level": "city",
    }
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


def asking(history: History) -> Callable[[], None]:
    """COMPUTATIONS computations, each explained and hashed; reading the questions is not part of it."""
    questions = [(subject(10**6 + number), evaluated(10**6 + number)) for number in range(COMPUTATIONS)]

    def work() -> None:
        for who, what in questions:
            compute(POLICY, who, what, history)

    return work


def by_hand() -> Callable[[], None]:
    """The same amounts written by hand for this one rule: no facts checked, no history, four steps, hashed."""
    costs = [str(evaluated(10**6 + number)["facts"]["operating_cost_prev_year"]) for number in range(COMPUTATIONS)]  # type: ignore[index]  # a mapping

    def work() -> None:
        for written in costs:
            cost = Decimal(written)
            rated = cost * Decimal("0.70")
            due = min(rated.quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("300000.00"))
            why = [
                {"article": "12", "says": "年度考评优秀", "before": None, "after": "excellent"},
                {"article": "12", "says": "上年度运营成本", "before": None, "after": f"{cost:.2f}"},
                {"article": "12", "says": "不超过 70%", "before": f"{cost:.2f}", "after": f"{rated:.2f}"},
                {"article": "12", "says": "最高 30 万元", "before": f"{rated:.2f}", "after": f"{due:.2f}"},
            ]
            hashlib.sha256(json.dumps(why, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    return work


def growing(size: int) -> Callable[[], None]:
    """A history grown to `size` awards one by one, the awards made before."""
    awards = [compute(POLICY, subject(number), evaluated(number), History()).awards[0] for number in range(size)]

    def work() -> None:
        history = History()
        for award in awards:
            history = history.with_award(award)

    return work


def evaluating(size: int) -> Callable[[], object]:
    """`size` units of the makerspace scheme scored, explained and graded."""
    scheme = load_scheme("makerspace-100")
    units = [Unit(f"u{number}", _figures(number)) for number in range(size)]
    return lambda: grade(scheme, score(scheme, units))


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
    short, long, hand = rounds_of(asking(history_of(1_000)), asking(history_of(10_000)), by_hand(), rounds=25)
    few, many = rounds_of(growing(1_500), growing(15_000), rounds=7)
    (evaluated_in,) = rounds_of(evaluating(UNITS), rounds=5)
    return {
        "policy_computations_per_second": round(COMPUTATIONS / min(short)),
        "policy_computations_per_second_median": round(COMPUTATIONS / statistics.median(short)),
        "cost_relative_to_by_hand": round(ratio(short, hand), 2),
        "cost_with_ten_times_the_history": round(ratio(long, short), 2),
        "history_of_15000_seconds": round(min(many), 3),
        "history_cost_per_award_at_ten_times_the_size": round(ratio(many, few) / 10, 2),
        "evaluation_15000_units_seconds": round(min(evaluated_in), 3),
        "evaluation_15000_units_seconds_median": round(statistics.median(evaluated_in), 3),
    }


ROWS = {
    "policy_computations_per_second": ("政策计算（含说明与指纹，历史 1,000 笔），每秒，最快一轮", "{:,.0f}", "30,000"),
    "policy_computations_per_second_median": ("同上，居中一轮", "{:,.0f}", ""),
    "cost_relative_to_by_hand": ("与手写同一条规则（不核对、无历史、四步说明）的耗时之比", "{:.2f}", ""),
    "cost_with_ten_times_the_history": ("历史 10,000 笔与 1,000 笔的单次耗时之比", "{:.2f}", "约 1"),
    "history_of_15000_seconds": ("历史逐笔增加到 15,000 笔，秒", "{:.3f}", ""),
    "history_cost_per_award_at_ten_times_the_size": ("15,000 笔与 1,500 笔的每笔耗时之比", "{:.2f}", "约 1"),
    "evaluation_15000_units_seconds": ("15,000 家 × 11 项指标计分、说明、定等次，秒，最快一轮", "{:.3f}", "1"),
    "evaluation_15000_units_seconds_median": ("同上，居中一轮", "{:.3f}", ""),
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
