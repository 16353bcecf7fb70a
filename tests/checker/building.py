"""Building the checker with nothing but the Go distribution that the test packages bring along.

Go ships golang.org/x/mod among the sources of its own command. The two packages needed are copied from there
beside the program, so that nothing is downloaded and nobody else's code is kept here.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
GO = Path(sys.prefix) / "bin" / "go"
OFFLINE = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}


def build(folder: Path) -> Path:
    """The checker, built in this folder; quick when it has been built there before."""
    program = folder / "checker"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _copy_sources(folder)
        _go(folder, "build", "-trimpath", "-o", str(program), ".")
    return program


def _copy_sources(folder: Path) -> None:
    module = Path(_go(folder, "env", "GOROOT")) / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod"
    for package in ("note", "tlog"):
        shutil.copytree(module / "sumdb" / package, folder / "mod" / "sumdb" / package, dirs_exist_ok=True)
    (folder / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.25.0\n")
    for path in (HERE / "go.mod", *HERE.glob("*.go")):
        shutil.copy(path, folder)


def _go(folder: Path, *arguments: str) -> str:
    """What a Go command prints, run without a network and without touching anything outside the folder."""
    own = {"GOCACHE": str(folder / "cache"), "GOPATH": str(folder / "path")}
    environment = {**os.environ, **OFFLINE, **own}
    done = subprocess.run(
        [GO, *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
