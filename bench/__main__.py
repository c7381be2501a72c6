"""`python -m bench NAME`: every module of this package with a `run` is a bench of that name."""

import argparse
import importlib
import os
import pkgutil
from types import ModuleType

import bench
from bench.harness import Options


def benches() -> dict[str, ModuleType]:
    """The benches by name."""
    names = [one.name for one in pkgutil.iter_modules(bench.__path__) if not one.name.startswith("_")]
    modules = {name: importlib.import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "run")}


def main() -> None:
    """Runs the bench that the command line names."""
    known = benches()
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("name", choices=sorted(known), help="which bench")
    parser.add_argument("--rows", type=int, help="how many rows (each bench has its own usual number)")
    parser.add_argument("--repeat", type=int, default=15, help="how often each thing is timed; the median counts")
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL", ""),
        help="a PostgreSQL server to measure too (DATABASE_URL)",
    )
    parser.add_argument("--runs", type=int, default=10_000, help="how many stories `chains` tells")
    parser.add_argument("--seed", default="20261124", help="what `chains` draws by; 20261124/17 tells the one story again")
    asked = parser.parse_args()
    known[asked.name].run(Options(asked.rows, asked.repeat, asked.database, asked.runs, asked.seed))


if __name__ == "__main__":
    main()
