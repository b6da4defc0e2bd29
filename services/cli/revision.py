"""For those who change tables: `python -m services.cli.revision incubator "Carriers have a district" [TABLE ...]`.

Writes the next revision of a service from its declared tables; `make migration` also formats it.
"""

import asyncio

import click

from services.known import service_named
from shared.db.revise import revise


@click.command()
@click.argument("service")
@click.argument("message")
@click.argument("tables", nargs=-1)
def revision(service: str, message: str, tables: tuple[str, ...]) -> None:
    """Write the next revision of SERVICE; of TABLES only, if any are named."""
    path = asyncio.run(revise(service_named(service), message, tables))
    click.echo(path or "nothing to write: the revisions make what the tables declare", err=path is None)


if __name__ == "__main__":
    revision()
