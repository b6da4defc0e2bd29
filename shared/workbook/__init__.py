"""Workbooks somebody sends: opened without trust, read cell by cell with every problem told, and sheets written."""
