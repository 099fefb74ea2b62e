"""A look at the credentials in the background, so that a wrong key is known before it is needed."""

from __future__ import annotations

import anyio
from anyio import to_thread

from ..services import Services
from .notices import Notices

# A call that comes while the check is under way lets it finish first: both then share one connection,
# and the call's answer can say what the check found. A backend that hangs delays it by no more.
HEAD_START_SECONDS = 1.0


class CredentialCheck:
    """Checks once, after the first answer went out; what it finds is logged and waits as a notice."""

    def __init__(self, services: Services, notices: Notices, first_answer: anyio.Event) -> None:
        self._services = services
        self._notices = notices
        self._first_answer = first_answer
        self._finished = anyio.Event()

    async def run(self) -> None:
        """Wait for the first answer, then check; no failure leaves this method."""
        try:
            await self._first_answer.wait()
            # Elsewhere than on the loop, which meanwhile answers what needs no backend.
            await to_thread.run_sync(self._services.preload, abandon_on_cancel=True)
            await self._check()
        except Exception as error:  # noqa: BLE001 - nobody waits for this task: logged, or lost
            self._services.log.write("error", "the credential check failed", exc_info=error)
        finally:
            self._finished.set()

    async def wait(self) -> None:
        """Return when a check that is under way is over, or after a second."""
        if self._first_answer.is_set():
            with anyio.move_on_after(HEAD_START_SECONDS):
                await self._finished.wait()

    async def _check(self) -> None:
        from ...application.health_check import health_check

        health = await health_check(self._services.gateway, self._services.clock)
        if health.healthy:
            self._services.log.write("debug", "credentials checked", job_count=health.job_count)
        elif health.authenticated is False:
            self._services.log.write("error", "the backend refused the credentials", problem=health.problem)
            self._notices.add(health.problem or "The backend refused the credentials.")
        else:
            self._services.log.write("warning", "the backend could not be checked", problem=health.problem)
