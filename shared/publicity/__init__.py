"""What anybody may see without logging in: results made public, results that are final, money that was paid.

What belongs here: the pages and what a service offers them (`PublicSource`). What does not: what may be public of whom;
each service decides that itself, and offers no column more.
"""
