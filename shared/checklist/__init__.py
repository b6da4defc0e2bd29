"""Checklists: requirements on figures, as data, and what each comes to in words.

What accreditation asks of a carrier and what a programme asks of an applicant are written in the same way: `figures`
are what forms ask for, `requirements` the forms a requirement takes, `schema` how both are written in a file, `reading`
what is made of it. A figure that is missing leaves its requirement unknown; it is never read as zero.
Nothing here knows a service, a clock or a database.
"""
