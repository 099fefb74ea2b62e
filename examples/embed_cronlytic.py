"""An application that keeps one job per customer on Cronlytic, without MCP."""

import asyncio
import os

from cronlytic_mcp import (
    Clock,
    CronlyticError,
    CronlyticGateway,
    JobGateway,
    SystemClock,
    create_job,
    list_jobs,
    update_job,
)


async def keep_export_job(jobs: JobGateway, clock: Clock, customer: str, hour: int) -> str:
    """Make sure that a customer's nightly export exists and runs at `hour` UTC; return its job id."""
    name, schedule = f"export-{customer}", f"0 {hour} * * *"
    found = [job for job in (await list_jobs(jobs, name=name)).jobs if job.spec.name == name]
    if found:
        change = await update_job(jobs, clock, found[0].job_id, {"cron_expression": schedule})
    else:
        change = await create_job(
            jobs,
            clock,
            name=name,
            url=f"https://app.example.com/exports/{customer}",
            method="POST",
            cron_expression=schedule,
        )
    return change.job.job_id


async def main() -> None:
    """Set up one customer, and tell what a person has to know if that fails."""
    gateway = CronlyticGateway(
        os.environ["CRONLYTIC_API_KEY"],
        os.environ["CRONLYTIC_USER_ID"],
        base_url=os.environ.get("CRONLYTIC_BASE_URL", "https://api.cronlytic.com/prog"),
    )
    async with gateway:
        try:
            job_id = await keep_export_job(gateway, SystemClock(), "acme", hour=2)
        except CronlyticError as error:
            print(f"{error.code}: {error}")
        else:
            print(f"The export of acme is job {job_id}.")


if __name__ == "__main__":
    asyncio.run(main())
