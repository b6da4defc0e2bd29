"""Accounts, roles and sessions: who somebody is and what he may do. One schema of its own, shared by all services.

`roles` who may be what, `who` the person behind a request, `accounts` made, granted, disabled; `passwords`,
`second_factor`, `attempts` what a login asks and how often; `sessions` from login to logout; `links` what a mail brings
(a first password, a forgotten one); `registration` accounts people
make themselves; `openid` logging in elsewhere; `opening` the database behind all of it.
Pages are in `shared/webkit` (login, my account, the administrator's list). What an account did is in the audit trail.

Identity lives on the machine's clock, never on the demo's: a day that is skipped there ends no session.
"""
