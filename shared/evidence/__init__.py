"""Evidence files (附件): what people attach to a report, an objection, an application for a title.

`kinds` and what it stands on (`names`, `pdf`, `pictures`, `archives`, `office`, `refusals`) is pure: content in, kind
or refusal out. `store` keeps contents on disk, `tables` are the rows, `files` the use cases, `clamd` asks the virus
scanner, `checking` is the task that does so, `web` what a page calls. Who may see or change a file the caller decides.

A service that takes evidence makes its own tables (`EVIDENCE = evidence_tables(METADATA)`), opens its own folder
(`store_of(settings, "incubator")`), and has `check_evidence(EVIDENCE)` among its tasks.
"""
