"""Where the letters have got to that a service's events caused, as the service that sends them tells.

A service binds its table of letters seen (`tables`) and its outbox into one `Correspondence`: it hears the messages'
events through `noting`, and shows everybody the letters that went to him through `pages`.
"""
