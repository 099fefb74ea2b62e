"""The page on operating workers, and what it has people install, say what the program does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from cronlytic_mcp.adapters.prometheus.metrics import PrometheusMetrics
from cronlytic_mcp.application.engine_check import LOOP_PATIENCE, STORE_PATIENCE, EngineHealth
from cronlytic_mcp.entrypoints.service_plan import STOP_SECONDS, plan_systemd
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.worker import STOP_SECONDS as GRACE
from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "examples/deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNIT = (DEPLOY / "cronlytic-mcp-worker.service").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def directives(unit: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in unit.splitlines() if re.match(r"[A-Z]\w+=", line))


def series() -> dict[str, set[str]]:
    """The labels of every series that a fresh worker has, by name."""
    page = PrometheusMetrics("1").write(EngineHealth(None, None, 0, 0.0)).decode()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


# The page


def alerts() -> list[dict]:
    (rules,) = [block for block in BLOCKS if "groups" in block]
    return [rule for group in rules["groups"] for rule in group["rules"]]


def test_there_are_alerts_and_each_says_what_it_means():
    assert len(alerts()) >= 6
    assert all(rule["alert"] and rule["annotations"]["summary"] for rule in alerts())


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_is_made_of_series_that_a_worker_has_from_the_start(rule):
    there = series()
    used = re.findall(r"\b(cronlytic_\w+)(?:\{([^}]*)\})?", rule["expr"])

    assert used
    for name, selectors in used:
        assert name in there
        assert set(re.findall(r"(\w+)=", selectors)) <= there[name]


def test_the_numbers_and_the_sentences_are_those_of_the_program():
    assert f"answers within {STORE_PATIENCE:g} s" in " ".join(PAGE.split())
    assert f"within the last {LOOP_PATIENCE.total_seconds():g} s" in " ".join(PAGE.split())
    assert f"gives its runs {GRACE:g} s" in " ".join(PAGE.split())
    checked = (ROOT / "application/engine_check.py").read_text(encoding="utf-8")
    for sentence in ("The store cannot be used; the log says why.", "The engine has not begun yet."):
        assert sentence in PAGE
        assert sentence in checked


# The compose file


def test_nothing_in_it_is_a_secret_and_no_password_is_in_a_setting():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert COMPOSE["secrets"] == {"postgres_password": {"environment": "POSTGRES_PASSWORD"}}
    assert not re.search(r"POSTGRES_PASSWORD: |://\w+:", text)
    for service in COMPOSE["services"].values():
        assert "postgres_password" in service["secrets"]


def test_every_service_comes_back_is_checked_and_may_end_in_order():
    for service in COMPOSE["services"].values():
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]
        assert int(service["stop_grace_period"].removesuffix("s")) >= STOP_SECONDS
        assert "no-new-privileges:true" in service["security_opt"]
    assert COMPOSE["services"]["worker"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_what_it_refers_to_is_in_it():
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert "/" not in service["image"]
    build = COMPOSE["services"]["worker"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def test_only_the_machine_itself_reaches_the_pages_and_nobody_the_database(tmp_path):
    worker, db = COMPOSE["services"]["worker"], COMPOSE["services"]["db"]
    settings = read_settings(Options(), worker["environment"], tmp_path)

    assert settings.backend == "local"
    assert settings.engine.database_password is None
    (ports,) = worker["ports"]
    assert ports.startswith("127.0.0.1:")
    assert ports.endswith(f":{settings.engine.listen.port}")
    assert "ports" not in db
    assert all(COMPOSE["networks"][name]["internal"] for name in db["networks"])


@pytest.mark.parametrize(("status", "code"), [(b"200 OK", 0), (b"503 Service Unavailable", 1)])
def test_the_check_of_a_worker_tells_whether_it_is_healthy(status, code):
    import socket

    command, program, *words = COMPOSE["services"]["worker"]["healthcheck"]["test"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert (command, program, "9464" in words[-1]) == ("CMD", "python", True)
        words[-1] = words[-1].replace("9464", port)
        check = subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL)
        connection, _ = server.accept()
        with connection:
            asked = connection.recv(4096)
            connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
            assert check.wait(20) == code
    assert asked.startswith(b"GET /healthz HTTP/1.1")


# The unit


def test_the_unit_is_the_one_of_the_command_with_more_around_it(tmp_path):
    plan = plan_systemd(tmp_path, ["cronlytic-mcp", "worker"], {})
    own, theirs = directives(UNIT), directives(plan.files[0].content)

    for name in set(theirs) - {"ExecStart", "WantedBy"}:
        assert own[name] == theirs[name]
    assert own["ExecStart"].endswith("/cronlytic-mcp worker")
    assert own["RestartPreventExitStatus"] == "2"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
def test_systemd_has_nothing_to_say_about_the_unit(tmp_path):
    own = directives(UNIT)
    program = shutil.which("true")
    unit = tmp_path / "cronlytic-mcp-worker.service"
    unit.write_text(
        UNIT.replace(own["ExecStart"], program).replace(own["EnvironmentFile"], "-/nowhere"), encoding="utf-8"
    )
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )

    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_its_settings_are_settings_and_hold_no_secret(tmp_path):
    lines = (DEPLOY / "worker.env.example").read_text(encoding="utf-8").splitlines()
    variables = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = read_settings(Options(), variables, tmp_path)

    assert variables.pop("PGPASSWORD") == ""
    assert settings.engine.listen.is_loopback
    assert settings.secrets == ()
    assert directives(UNIT)["EnvironmentFile"] in "\n".join(lines)
    assert any("--mode 600" in line for line in lines)
