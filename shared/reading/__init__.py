"""What people type, read: figures with units, dates, lines of text; each problem at its field, with what to do.

Pure: nothing here knows a form of a service, a clock or a database.
"""
