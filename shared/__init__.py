"""What two services must agree on: core values, the policy engine, the evaluation engine and their libraries.

Nothing here belongs to one service alone, and nothing here knows a service.
"""
