"""The ledger: what was awarded and why, decided, proposed, approved within a budget, paid, taken back and recovered.

Pure: `short` and `short_words` (a budget that does not hold everything), `bank_accounts` (what an account has to say),
`lifecycles`, `outcomes`. Rows: `tables`, `rows`, `causes`, `shortfalls`, `budgets`, `trail`. What an event asks of
which policy: `questions`; everything on one entry: `entry_files`; what waits at a desk: `waiting`. Use cases, each with
the `Ledger` it is for as its first argument: `settling` (with `entries`), `deciding`, `reversing`, `blocked`, `paying`,
`budgeting`, `shortages`, `recovering`; and `accounts`, where payees are paid to. Pages, each with the `showing.Showing`
it is for, all of them in `pages`: `ledger_pages` (with `entry_list` and `entry_table`), `entry_pages`,
`reversal_pages`, `blocked_pages`, `decision_pages`, `payment_pages` (with `payment_list` and `payment_file`),
`budget_pages`; `account_pages`, with its own `AccountPages`. `matters` are the desk's, `words` what templates say with,
`forms` reads a form about money as an order and does it once what it touches was seen, `explaining` shows why an entry
is what it is.

A service makes its own tables (`LEDGER = ledger_tables(METADATA)`), has its trail prove them (`ledger_trail(LEDGER)`),
and binds a `service.Ledger`: how its events are read and what they ask of which policy, what keeps one from being
settled (`Hearing`); with which events it tells what became of money (`Telling`); what it calls those an entry is about,
who has confirmed an account, who ranks where, what is withheld. For the pages it binds a `showing.Showing` and
furnishes its templates (`words.furnish`). The ledger knows none of the service's nouns.
"""
