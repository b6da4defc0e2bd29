"""The revisions of the tables, oldest first; `make migration` writes the next."""
