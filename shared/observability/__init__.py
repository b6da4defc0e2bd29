"""How a running system is seen: `logging` what it says, `telemetry` traces, `metrics` numbers, `health` if it works."""
