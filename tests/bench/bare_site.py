"""The least a site can do with what is sent to it: one route, one INSERT. What the deadline night is measured beside.

`python -m tests.bench.bare_site <database url>`: prints its address, serves until it is ended.
"""

import asyncio
import json
import sys

import asyncpg  # type: ignore[import-untyped]
import uvicorn
from fastapi import FastAPI, Request

from shared.running.site import listening, url_of

CREATE = "create table if not exists saved (id bigserial primary key, report text not null, typed jsonb not null)"


def site(pool: asyncpg.Pool) -> FastAPI:
    app = FastAPI()

    @app.post("/save/{report}")
    async def save(report: str, request: Request) -> dict[str, int]:
        form = await request.form()
        typed = json.dumps({name: value for name, value in form.items() if isinstance(value, str)})
        async with pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval(
                "insert into saved (report, typed) values ($1, $2) returning id", report, typed
            )
        return {"version": number}

    return app


async def serve(url: str) -> None:
    async with asyncpg.create_pool(url, max_size=20) as pool:
        await pool.execute(CREATE)
        with listening("127.0.0.1", 0) as listener:
            print(url_of(listener), flush=True)
            await uvicorn.Server(uvicorn.Config(site(pool), log_level="warning")).serve([listener])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
