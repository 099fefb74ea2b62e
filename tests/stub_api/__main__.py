"""Run the stub as a process: prints its base URL on stdout, ends on SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal

from .server import API_KEY, USER_ID, StubApi


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    stub = StubApi(
        api_key=options.api_key, user_id=options.user_id, job_limit=options.job_limit, port=options.port
    )
    async with stub:
        print(stub.base_url, flush=True)  # noqa: T201 - how the parent process learns the port
        await stopped.wait()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.stub_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--api-key", default=API_KEY)
    parser.add_argument("--user-id", default=USER_ID)
    parser.add_argument("--job-limit", type=int, default=None)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
