"""Starting the application: time and memory of a fresh process, against one that only imports its libraries."""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import Options, show

ROOT = Path(__file__).parent.parent
MEASURE = """
import re, sys, time
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
size = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(seconds * 1000, size, {count}, file=sys.stdout)
"""
WORK = {
    "Python alone": ("pass", "0"),
    "floor: the libraries imported": (
        "import flask_appbuilder.security.sqla.models, flask_migrate, flask_sqlalchemy, flask_wtf, openpyxl, celery, "
        "marshmallow, sqlalchemy.orm, xhtml2pdf.pisa, python_calamine, flask_limiter",
        "0",
    ),
    "models and catalogue": ("from app.models import load; load(('app.areas',))", "0"),
    "create_app, ready to serve": (
        "from app import create_app; app = create_app()",
        "len(list(app.url_map.iter_rules()))",
    ),
    "create_app and the first page": (
        "from app import create_app; app = create_app(); app.test_client().get('/login/')",
        "len(list(app.url_map.iter_rules()))",
    ),
}


def run(options: Options) -> None:
    """Measures in fresh processes on a migrated, empty SQLite database."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        environment = {"DATA_DIR": folder, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "DEMO_DOCUMENTS": "0"}
        alone("-m", "flask", "--app", "app", "setup", environment=environment)
        found: dict[str, list[list[float]]] = {name: [] for name in WORK}
        for _ in range(max(3, options.repeat // 3)):
            for name, (work, count) in WORK.items():
                program = MEASURE.format(work=work, count=count)
                found[name].append([float(one) for one in alone("-c", program, environment=environment).split()[-3:]])
    rows = []
    floor = middle(found["floor: the libraries imported"], 0)
    for name, times in found.items():
        took = middle(times, 0)
        rows.append((name, took, took / floor, middle(times, 1), int(times[0][2]) or None))
    show("启动 create_app, each in a process of its own", ("", "ms", ": floor", "MB", "routes"), rows)


def alone(*arguments: str, environment: dict[str, str]) -> str:
    """What a Python process of its own prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def middle(times: list[list[float]], at: int) -> float:
    """The median of one measure."""
    return sorted(one[at] for one in times)[len(times) // 2]
