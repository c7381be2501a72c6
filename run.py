#!/usr/bin/env python3
"""Starts the product, or its tests, on a machine that has only Python 3.11.

    python3 run.py            set up, then start web, worker and scheduler (Ctrl-C stops them)
    python3 run.py setup      set up only: environment, database, demo data on the first start
    python3 run.py test …     set up the environment and run the tests; further words go to pytest

Settings are environment variables; README.md lists them.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DATA = Path(os.environ.get("DATA_DIR", ROOT / "data")).resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LEAST = (3, 11)
SETTLE_SECONDS = 10


def environment() -> dict[str, str]:
    """The variables that every process gets: nothing is written outside DATA_DIR."""
    temporary = DATA / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "DATA_DIR": str(DATA),
        "PYTHONPYCACHEPREFIX": str(DATA / "pycache"),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
    }


def make_venv() -> None:
    """Makes .venv and installs the pinned requirements, again only when they have changed."""
    if sys.version_info < LEAST:
        sys.exit(f"Python {'.'.join(map(str, LEAST))} or newer is needed, this is {sys.version.split()[0]}.")
    wanted = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
    stamp = VENV / "requirements.sha256"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing requirements into .venv (once; a few minutes) …", flush=True)
    try:
        if not PYTHON.exists():
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements.txt")], check=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Could not install: {error}. Debian needs python3-venv; the package index must be reachable.")
    stamp.write_text(wanted)


def set_up() -> None:
    """Migrates the database, brings roles in step, fills registers and, on the first start, demo data."""
    DATA.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(PYTHON), "-m", "flask", "--app", "app", "setup"], cwd=ROOT, env=environment(), check=True)


def start() -> int:
    """Runs web, worker and scheduler until Ctrl-C or until the web process ends."""
    celery = [str(PYTHON), "-m", "celery", "--app", "app.jobs.worker", "--quiet"]
    commands = {
        "web": [str(PYTHON), "-m", "app.serve"],
        "worker": [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "1", "--pool", "solo"],
        "scheduler": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }
    running = {name: launch(command) for name, command in commands.items()}
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, interrupt)
    try:
        while running["web"].poll() is None:
            time.sleep(0.5)
            for name in ("worker", "scheduler"):
                if running[name].poll() is not None:
                    print(f"{name} ended with {running[name].returncode}; starting it again", flush=True)
                    time.sleep(2)
                    running[name] = launch(commands[name])
        return running["web"].returncode or 0
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop(list(running.values()))


def launch(command: list[str]) -> "subprocess.Popen[bytes]":
    """Starts a process in a session of its own, so that Ctrl-C reaches it through us alone."""
    return subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)


def interrupt(*_: object) -> None:
    """SIGTERM stops like Ctrl-C, also where the shell started us with SIGINT ignored."""
    raise KeyboardInterrupt


def stop(processes: "list[subprocess.Popen[bytes]]") -> None:
    """Asks every process to end, and kills those that do not."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + SETTLE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=("start", "setup", "test"), default="start")
    known, rest = parser.parse_known_args()
    if rest and known.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    make_venv()
    if known.command == "test":
        words = rest or ["--numprocesses", "auto"]
        return subprocess.run([str(PYTHON), "-m", "pytest", *words], cwd=ROOT, env=environment()).returncode
    set_up()
    return start() if known.command == "start" else 0


if __name__ == "__main__":
    sys.exit(main())
