"""The database: SQLite on one machine, PostgreSQL in a cluster, behind the same few calls.

`engine` opens it, `transaction` is the only place that commits.
"""
