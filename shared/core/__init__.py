"""Values every part of Miaopu means the same by: exact amounts, legal dates, canonical JSON, errors, data files.

No clock, no web, no database, no messaging.
"""
