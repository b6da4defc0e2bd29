"""What Alembic runs for every service: `env.py` on the connection it is handed, `script.py.mako` for a new revision.

The revisions themselves belong to their service, in services/<name>/store/migrations.
"""
