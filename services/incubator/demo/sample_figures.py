"""What the sample units reported: figures drawn from a quality between 0 and 1."""

import random
from collections.abc import Callable
from decimal import Decimal


class Draw:
    """Numbers for one unit of a quality between 0 and 1; only `random()` is used, which every Python repeats."""

    def __init__(self, source: random.Random, quality: float) -> None:
        self.source = source
        self.quality = quality

    def whole(self, low: int, high: int, spread: float = 0.25) -> int:
        at = self.quality + (self.source.random() - 0.5) * spread
        return round(low + (high - low) * min(max(at, 0.0), 1.0))

    def yuan(self, low: int, high: int) -> Decimal:
        return Decimal(self.whole(low, high)) + Decimal(self.whole(0, 99, 2.0)) / 100


def _makerspace(draw: Draw) -> dict[str, object]:
    seats = draw.whole(42, 108)
    return {
        "seats": seats,
        "seats_used": min(seats, round(seats * (0.5 + 0.5 * draw.whole(0, 100) / 100))),
        "mentors": draw.whole(1, 9),
        "agencies": draw.whole(1, 8),
        "activities": {
            "hosted": draw.whole(0, 8),
            "undertaken": draw.whole(0, 4),
            "hosted_jointly": draw.whole(0, 3),
            "undertaken_jointly": draw.whole(0, 4),
        },
        "new_teams": draw.whole(3, 26),
        "registered": {"company": draw.whole(1, 9), "sole_trader": draw.whole(0, 4)},
        "commercialised": draw.whole(0, 5),
        "financing": draw.yuan(100_000, 3_200_000),
        "tax": draw.yuan(10_000, 320_000),
        "talent": {
            "college": draw.whole(0, 4),
            "bachelor": draw.whole(1, 6),
            "master": draw.whole(0, 3),
            "doctor": draw.whole(0, 2),
        },
        "operating_cost": draw.yuan(150_000, 900_000),
    }


def _incubator(draw: Draw) -> dict[str, object]:
    area, tenants, staff, jobs = (
        draw.whole(10_000, 32_000),
        draw.whole(24, 90),
        draw.whole(10, 24),
        draw.whole(180, 900),
    )
    income = draw.yuan(3_000_000, 16_000_000)
    return {
        "area": area,
        "tenant_area": area * draw.whole(62, 90) // 100,
        "tenants": tenants,
        "professionals": staff * draw.whole(55, 100) // 100,
        "staff": staff,
        "mentors": draw.whole(6, 24),
        "mentored_tenants": tenants * draw.whole(50, 100) // 100,
        "activities": draw.whole(8, 26),
        "service_partners": draw.whole(4, 14),
        "fund": draw.yuan(2_000_000, 8_000_000),
        "new_tenants": draw.whole(5, 18),
        "graduates": draw.whole(2, 9),
        "tenants_with_ip": tenants * draw.whole(30, 80) // 100,
        "ip_granted": draw.whole(10, 70),
        "tech_smes": draw.whole(2, 16),
        "hntes": draw.whole(0, 5),
        "financed_tenants": draw.whole(1, 8),
        "rd_spend": draw.yuan(2_000_000, 14_000_000),
        "revenue": draw.yuan(20_000_000, 180_000_000),
        "jobs": jobs,
        "graduate_jobs": jobs * draw.whole(55, 92) // 100,
        "income": income,
        "service_income": (income * draw.whole(18, 66) / 100).quantize(Decimal("0.01")),
        "training": draw.whole(3, 16),
        "contests": draw.whole(0, 3),
        "national_titles": draw.whole(0, 1),
        "operating_cost": draw.yuan(900_000, 4_800_000),
    }


def _university_park(draw: Draw) -> dict[str, object]:
    area, tenants = draw.whole(8_000, 30_000), draw.whole(30, 80)
    return {
        "area": area,
        "incubation_area": area * draw.whole(42, 75) // 100,
        "tenants": tenants,
        "linked_tenants": tenants * draw.whole(30, 70) // 100,
        "graduates": draw.whole(3, 9),
        "transfers": draw.whole(6, 18),
        "transfer_value": draw.yuan(4_000_000, 12_000_000),
        "student_teams": draw.whole(6, 20),
        "interns": draw.whole(90, 240),
        "hntes": draw.whole(1, 5),
        "awards": draw.whole(0, 2),
        "operating_cost": draw.yuan(1_200_000, 3_600_000),
    }


def _agri_makerspace(draw: Draw) -> dict[str, object]:
    makers = draw.whole(6, 24)
    return {
        "base_area": draw.whole(60, 420),
        "service_area": draw.whole(500, 1_400),
        "commissioners": draw.whole(4, 11),
        "makers": makers,
        "companies": min(draw.whole(1, 5), makers),
        "trainees": draw.whole(200, 640),
        "technologies": {"variety": draw.whole(1, 4), "technique": draw.whole(0, 3), "equipment": draw.whole(0, 2)},
        "sales": draw.yuan(600_000, 4_600_000),
        "farmers": draw.whole(50, 170),
    }


def _commissioner_team(draw: Draw) -> dict[str, object]:
    members, parties = draw.whole(10, 18), draw.whole(6, 14)
    return {
        "members": members,
        "seniors": members * draw.whole(25, 60) // 100,
        "parties": parties,
        "service_days": draw.whole(180, 620),
        "projects": draw.whole(2, 6),
        "varieties": draw.whole(4, 12),
        "trained": draw.whole(150, 460),
        "income": draw.yuan(400_000, 2_400_000),
        "satisfied": parties - draw.whole(3, 0),
    }


FIGURES: dict[str, Callable[[Draw], dict[str, object]]] = {
    "incubator": _incubator,
    "makerspace": _makerspace,
    "university_park": _university_park,
    "agri_makerspace": _agri_makerspace,
    "commissioner_team": _commissioner_team,
}
