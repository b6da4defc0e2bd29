"""What every test may rely on: the shipped policy and schemes, and hypothesis without a stopwatch."""

from pathlib import Path

import pytest
from hypothesis import settings

from shared.evaluation import Scheme, load_scheme
from shared.policy import Policy, load_policy

settings.register_profile("miaopu", deadline=None, max_examples=60)  # machines are shared: no test fails on a timing
settings.load_profile("miaopu")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def dalian() -> Policy:
    return load_policy("dalian-2017-52")


@pytest.fixture(scope="session")
def makerspace_scheme() -> Scheme:
    return load_scheme("makerspace-100")
