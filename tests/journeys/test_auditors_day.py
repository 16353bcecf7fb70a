"""An auditor's day on the pages, without a script: the log, its newest checkpoint, a sample, the whole log.

What the log page tells people to type is typed here as it stands: by sh, with curl, OpenSSL and Python.
"""

import csv
import html
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
import requests

from tests.journeys.test_front_line import Browser, browser, text_of, token_in
from tests.journeys.world import World, eventually

LANCASHIRE = "gss:E10000017"
COMMAND = re.compile(r"<pre[^>]*data-copy[^>]*>(.*?)</pre>", re.DOTALL)
OURS = "registry verify"
"""How the one command begins that is our own."""


def commands_in(page: requests.Response) -> list[str]:
    return [html.unescape(found) for found in COMMAND.findall(page.text)]


def type_in(command: str, folder: Path, **words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*", **words}
    return subprocess.run(
        ["sh", "-e", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def auditor_of(opened: Browser) -> Browser:
    """The browser after an auditor of Lancashire has signed in with their password."""
    people = opened.world.demo["people"]
    person = next(one for one in people if one["organisation"] == LANCASHIRE and "auditor" in one["roles"])
    words = {name: person[name] for name in ("username", "password")}
    answer = opened.send("/login", {**words, "csrf_token": token_in(opened.open("/login"))})
    assert answer.status_code == 200, answer.text
    return opened


def links_in(page: requests.Response, ending: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="([^"]+)"', page.text) if one.endswith(ending)]


@pytest.mark.parametrize("language", ["", "/cy"])
def test_what_the_log_page_tells_people_to_type_does_what_it_says(
    world: World, tmp_path: Path, language: str
) -> None:
    with browser(world) as anyone:
        page = anyone.open(f"{language}/verify")
    theirs = [command for command in commands_in(page) if not command.startswith(OURS)]
    answers = [type_in(command, tmp_path) for command in theirs]
    assert [answer.returncode for answer in answers] == [0] * 4, [answer.stderr for answer in answers]
    _, signature, entry, consistency = (answer.stdout for answer in answers)
    assert "Signature Verified Successfully" in signature
    assert re.search(r"entry \d+ is in the log of \d+ entries", entry)
    assert consistency.startswith("old ")


def test_a_checkpoint_or_an_entry_that_was_changed_does_not_pass(world: World, tmp_path: Path) -> None:
    with browser(world) as anyone:
        take, signature, entry, _, _ = commands_in(anyone.open("/verify"))
    type_in(take, tmp_path)
    checkpoint = (tmp_path / "checkpoint").read_bytes()
    size = checkpoint.split(b"\n")[1]
    (tmp_path / "checkpoint").write_bytes(checkpoint.replace(b"\n" + size, b"\n1" + size, 1))
    assert type_in(signature, tmp_path).returncode != 0
    spoil = "sed -i 's/+ entry)/+ entry[:-1])/' check-entry.py"
    fetch, check = entry.split("\n", 1)
    answer = type_in(f"{fetch}\n{spoil}\n{check}", tmp_path)
    assert answer.returncode != 0
    assert "NOT in the log" in answer.stderr


def test_an_auditor_draws_a_sample_and_checks_every_entry_of_it(world: World, tmp_path: Path) -> None:
    query = "kind=approvals&seed=lottery of 22 November&number=4"
    with browser(world) as opened:
        auditor = auditor_of(opened)
        page = auditor.open(f"/audit?{query}")
        proofs = re.findall(r'href="/log/proof/(\d+)"', page.text)
        assert len(proofs) == 4
        again = auditor.open(f"/cy/audit?{query}")
        assert re.findall(r'href="/log/proof/(\d+)"', again.text) == proofs
        draw, check = commands_in(page)
        lines = list(csv.DictReader(auditor.open(f"/audit/population.csv?{query}").text.splitlines()))
        first = type_in(draw, tmp_path, SEED="lottery of 22 November", N="0").stdout
        assert lines[int(first)]["index"] == proofs[0]
        for index in proofs:
            one = re.sub(r"\d+$", index, check)
            assert f"entry {index} is in the log" in type_in(one, tmp_path).stdout
        cases = links_in(page, "/case.zip")
        (tmp_path / "case.zip").write_bytes(auditor.open(cases[0]).content)
        evidence = links_in(page, "/evidence.json")
        assert all('"statement"' in auditor.open(one).text for one in evidence)
    key = requests.get(f"{world.url}/verify/log.vkey", timeout=30).text.splitlines()[0]
    assert "holds" in world.command("verify", str(tmp_path / "case.zip"), "--case", "--vkey", key)


def test_an_auditor_takes_the_whole_log_away_without_a_script(world: World, tmp_path: Path) -> None:
    with browser(world) as opened:
        auditor = auditor_of(opened)
        page = auditor.open("/audit/export")
        if "Make the file" in text_of(page):
            answer = auditor.send("/audit/export", {"csrf_token": token_in(page)})
            assert answer.url.endswith("/audit/export")
        assert eventually(
            lambda: "Download the file" in text_of(auditor.open("/audit/export")), within_seconds=20
        )
        (tmp_path / "log.zip").write_bytes(auditor.open("/audit/export/log.zip").content)
        standing = auditor.open("/audit/export/standing.json").json()
        assert standing["running"] is False
        assert standing["octets"] == (tmp_path / "log.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "log.zip") as archive:
        assert archive.testzip() is None
    key = requests.get(f"{world.url}/verify/log.vkey", timeout=30).text.splitlines()[0]
    assert "as they were signed" in world.command("verify", str(tmp_path / "log.zip"), "--vkey", key)


def test_whoever_is_no_auditor_gets_nothing_of_it(world: World) -> None:
    paths = (
        "/audit",
        "/audit/export",
        "/audit/export/log.zip",
        "/audit/export/standing.json",
        "/audit/population.csv",
        "/audit/evidence/1/evidence.json",
    )
    with browser(world, LANCASHIRE) as officer:
        assert {officer.open(path).status_code for path in paths} == {403}
        token = token_in(officer.open("/account"))
        assert officer.send("/audit/export", {"csrf_token": token}).status_code == 403
    with browser(world) as stranger:
        for path in paths:
            assert stranger.open(path).url.startswith(f"{world.url}/login"), path


def test_an_export_begins_by_the_auditors_own_form_alone(world: World) -> None:
    with browser(world) as opened:
        auditor = auditor_of(opened)
        assert auditor.send("/audit/export", {"csrf_token": "made up"}).status_code == 403
