"""A year as an Excel workbook: which sheets and columns it has, reading it with every error told, writing one.

Cells are read as text and converted once; what is wrong is told as sheet, cell, problem, fix, all at once.
"""
