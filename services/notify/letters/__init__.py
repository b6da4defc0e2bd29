"""The letters' wording: one folder per kind with subject.txt, body.txt, body.html and sample.json.

sample.json   an event of the contract (`type`, `data`) the letter is shown with; `to` if not the carrier's organisation
layout.*      what all letters share; inline.css how they look, written out as inline styles when they are compiled
render.py     compiles the templates once and fills them

The values a template may use are made in `domain` (report_letters, evaluation_letters, subsidy_letters, title_letters,
register_letters, review_letters, talent_letters, talent_review_letters, talent_objection_letters,
talent_broker_letters).
"""
