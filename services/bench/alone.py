"""One of the measured services as a process of its own: `python -m services.bench.alone incubator`."""

import sys

from services.alone import run_alone
from services.bench.flow import SERVICES
from services.cli.screen import say
from shared.core.settings import read_settings

if __name__ == "__main__":
    run_alone(SERVICES[sys.argv[1]], read_settings(), say)
