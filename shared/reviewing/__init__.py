"""Review by experts: their register and ties, the draw, their marks with reasons, what the office makes of them.

`area` is what a service supplies: its tables (`review_tables(METADATA, ...)`), its lives and trail, its rounds of
review with what is marked in them, the units with all who are behind them, what an expert is shown, what is told to
whom, and what a round would come to without one expert. Use cases take (unit, order, area); a service names what is
reviewed in its own words by subclassing the orders. `register` keeps the experts, `drawing` draws them, `places` is
what becomes of an expert's place, `marking` what he gives and what the office decides about it, `reminding` writes to
those who have not finished, `views` and `outliers` say what is seen of all that. `expert_pages`, `round_pages` and
`own_pages` are the pages, of which a service shows what is reviewed in a template of its own.

What is drawn, and whom anything ties to a unit, is computed by `shared.review`; marks are compared by
`shared.evaluation`.
"""
