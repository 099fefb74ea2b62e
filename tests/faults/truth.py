"""What a client was told of a change, held against what the API really did."""

from __future__ import annotations

from tests.faults.rig import NEW, Rig

CHANGED_CRON = "15 5 * * *"


def is_done(rig: Rig, tool: str) -> bool:
    """Say whether the change that a tool is for has happened."""
    if tool == "create_job":
        return bool(rig.new_job_ids)
    if tool == "delete_job":
        return rig.job_id not in rig.stub.store.by_id
    return {
        "update_job": rig.job["cron_expression"] == CHANGED_CRON,
        "pause_job": rig.job["status"] == "paused",
        "resume_job": rig.job["status"] == "pending",
    }[tool]


def assert_true(rig: Rig, tool: str, payload: dict) -> None:
    """Check that what a changing tool has answered is so."""
    done, error = is_done(rig, tool), payload.get("error")
    assert len(rig.new_job_ids) <= 1, "one call never makes two jobs"
    if error is None:
        assert done
    elif not error.get("outcome_unknown"):
        assert not done
    if tool == "create_job":
        _assert_created_is_true(rig, payload)


def _assert_created_is_true(rig: Rig, payload: dict) -> None:
    if "job" in payload:
        assert [payload["job"]["job_id"]] == rig.new_job_ids
    elif found := payload["error"].get("found_job_id"):
        job = rig.stub.store.by_id[found]
        assert {field: job[field] for field in NEW} == NEW
        assert found in payload["error"]["message"]
