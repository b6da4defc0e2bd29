"""Benchmarks of the running system: `settlement` from the final grade to the queued letter.

`flow` what is measured, `alone` the same in processes of their own, `report` what was measured, beside the floor.
"""
