"""The same use-cases on the gateway in memory: for an application's own tests, or to try things out."""

import asyncio

from cronlytic_mcp import InvalidJob, MemoryGateway, SystemClock, create_job, list_jobs, pause_job


async def main() -> None:
    """Make a job, look at what its schedule means, break the rules once, and pause."""
    clock = SystemClock()
    jobs = MemoryGateway(clock, job_limit=5)

    change = await create_job(
        jobs,
        clock,
        name="weekly-digest",
        url="https://app.example.com/digest",
        cron_expression="30 7 * * MON",
    )
    if change.schedule:
        print(f"{change.job.spec.name} runs: {change.schedule.description}")
        print(f"stored as {change.schedule.normalized}, {len(change.schedule.next_runs)} next runs known")

    try:
        await create_job(
            jobs, clock, name="no spaces", url="ftp://app.example.com", cron_expression="61 * * * *"
        )
    except InvalidJob as error:
        for problem in error.problems:
            print(f"{problem.field} breaks the rule {problem.rule!r}; {problem.example!r} would do")

    await pause_job(jobs, change.job.job_id)
    page = await list_jobs(jobs, status="paused")
    print(f"{page.total} paused job")


if __name__ == "__main__":
    asyncio.run(main())
