"""The incubator service: carriers, annual reports, rounds, evaluations and the subsidies that follow from them.

Owns      organisations, carriers, tenants, reports, scores, grades, subsidies of organisations
Holds     so far a year as an office keeps it in a workbook: read, scored, graded, settled (`miaopu demo`)
Layers    usecases (what someone can do) -> workbook (reading and writing Excel) -> domain (pure)
"""
