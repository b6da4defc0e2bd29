"""Talent programmes as data: who may apply, how it is reviewed, what is paid when and what is assessed when.

    programme = load_programme("outstanding-youth-2018")
    for checked in eligibility(programme, figures):
        print(checked.finding.sentence)    # 出生日期 1980-05-01，至 2018-01-01 为 37 周岁，要求 1978-01-01 及以后出生

A programme is one YAML file an official can read (`library/`), with an edition for each year. Its conditions are held
against an application by shared.checklist, its money is a policy of shared.policy and so explained and computed again
in the same way as carriers' subsidies, its criteria a scheme of shared.evaluation.
What the modules hold: `schema`, `build` and `load` the file and what is made of it, `model` the programme in memory,
`money` its policy, `eligibility` the checklist of an applicant and what excludes him, `selection` the ranking against
the number to select, `timetable` when assessments are due and which instalment waits for which.
Nothing here knows a service, a clock or a database.
"""
