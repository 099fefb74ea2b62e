"""Look at the keys of a store: is there one to sign with where one is needed, and are secrets encrypted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from ..domain.engine.errors import StoreUnavailable
from ..domain.engine.planned_job import PlannedJob
from ..domain.webhook.signature import SigningKey
from .diagnose import Diagnosis, Level
from .engine_ports import EngineStore
from .signing_ports import SigningKeys
from .vault_ports import Sealing

_HOW = (
    "To encrypt them, set CRONLYTIC_ENCRYPTION_KEY_FILE to a path, then run: "
    "cronlytic-mcp keys encryption-init"
)


async def diagnose_keys(
    store: EngineStore, keys: SigningKeys, count_sealed: Callable[[], Awaitable[Sealing]]
) -> tuple[Diagnosis, ...]:
    """Return the findings; none of a store that cannot be read, which `diagnose_engine` tells."""
    try:
        signing = _diagnose_signing(await store.list_jobs(), await keys.list_keys())
        return *signing, _diagnose_secrets(await count_sealed())
    except StoreUnavailable:
        return ()


def _diagnose_signing(jobs: Collection[PlannedJob], keys: Sequence[SigningKey]) -> tuple[Diagnosis, ...]:
    signed = sum(job.spec.policy.sign for job in jobs)
    if signed and not keys:
        said = f"Jobs that are to be signed: {signed}, and there is no key. Their calls are not sent."
        return (Diagnosis("signing", Level.PROBLEM, said, "Run: cronlytic-mcp keys add"),)
    if len(keys) < 2:
        return ()
    advice = f"When every receiver has the new one, run: cronlytic-mcp keys retire {keys[0].key_id}"
    return (Diagnosis("signing", Level.OK, "Calls are signed with two keys, as in a rotation.", advice),)


def _diagnose_secrets(sealing: Sealing) -> Diagnosis:
    if not sealing.encrypted:
        said = "Secrets of jobs are in the store in the clear, guarded by the rights to it alone."
        return Diagnosis("secrets", Level.WARNING, said, _HOW)
    if sealing.clear:
        said = f"Secrets are encrypted as they are written; {sealing.clear} rows of {sealing.total} are not."
        return Diagnosis("secrets", Level.WARNING, said, "Run: cronlytic-mcp keys encrypt")
    return Diagnosis("secrets", Level.OK, "Secrets of jobs are encrypted in the store.")
