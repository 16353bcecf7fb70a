"""The Makefile, the continuous integration, the image and the composition run the same commands."""

import json
import os
import re
import subprocess
from typing import Any

import click
import pytest
import yaml

from registry.cli import main
from registry.settings import Settings
from tests.unit.house.source import ROOT


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_would_run(target: str, *variables: str) -> list[str]:
    """The commands `make` would run for a target on a machine where nothing is set up."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", target, *variables]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()


def services() -> dict[str, Any]:
    composition: dict[str, dict[str, Any]] = yaml.safe_load(text("docker-compose.yml"))
    return composition["services"]


def image_commands() -> list[list[str]]:
    """The arguments after `registry` that the image and the composition start it with."""
    default = json.loads(re.findall(r"^CMD (\[.*\])$", text("Dockerfile"), re.MULTILINE)[-1])
    return [default, *(service["command"] for service in services().values() if "command" in service)]


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    assert "exec make test </dev/null" in text(".ci/run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_demo_hands_on_port_folder_and_number_of_agreements() -> None:
    last = make_would_run("demo", "PORT=8123", "DATA_DIR=elsewhere", "AGREEMENTS=500")[-1]
    assert last == '.venv/bin/registry demo --port 8123 --data-dir "elsewhere" --agreements 500'


def test_the_demo_installs_nothing_that_only_tests_need() -> None:
    assert not any("requirements-test.lock" in line for line in make_would_run("demo"))


def test_the_image_is_set_up_by_the_commands_of_the_makefile() -> None:
    set_up = [line for line in make_would_run("demo") if " -m venv " in line or " pip install " in line]
    assert len(set_up) == 3
    assert [line for line in set_up if f"RUN {line}\n" not in text("Dockerfile")] == []


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\w+)$", text("Dockerfile"), re.MULTILINE) == ["registry"]


def test_the_image_is_healthy_when_the_registry_is_ready() -> None:
    assert re.search(r"^HEALTHCHECK .*/health/ready", text("Dockerfile"), re.MULTILINE)


@pytest.mark.parametrize("arguments", image_commands(), ids=" ".join)
def test_the_image_is_started_with_commands_the_registry_has(arguments: list[str]) -> None:
    command = main.get_command(click.Context(main), arguments[0])
    assert command is not None
    with command.make_context("registry", arguments[1:], parent=click.Context(main)) as context:
        assert not context.args


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^# (REGISTRY_\w+)=", text(".env.example"), re.MULTILINE))
    assert documented == {f"REGISTRY_{name.upper()}" for name in Settings.model_fields}


def test_the_containers_use_settings_the_registry_reads() -> None:
    used = set(re.findall(r"REGISTRY_\w+", text("docker-compose.yml") + text("Dockerfile")))
    assert used <= {f"REGISTRY_{name.upper()}" for name in Settings.model_fields}
