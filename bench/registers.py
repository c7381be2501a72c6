"""Forms 1, 2 and 6 made by demo people for the bench of importing, and a browser of sorts."""

import re
import socket
import time
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from bench.deliveries import LAYOUT
from bench.web import application

WAITED = 60
"""Seconds until a web process answers."""


class Registers:
    """The demo company's people on a database."""

    def __init__(self, url: str, data: Path) -> None:
        self.app = application(url, data)
        self.data = data
        self.stack = ExitStack()
        self.made: dict[str, int] = {}
        with self.app.app_context():
            self.app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)

    def job(self, file: Path, rows: int, name: str, step: str) -> int:
        """The job that waits at a step of the form 6 of that name, which is made where there is none."""
        with self.app.app_context():
            from sqlalchemy import select

            from app.database import db
            from app.jobs.models import Job, JobState

            session = db.session()
            if name not in self.made:
                self.made[name] = self.register(session, file, rows, name)
            self.walk(session, self.made[name], step)
            waiting = (Job.document_id == self.made[name], Job.state == JobState.QUEUED)
            found = session.scalars(select(Job.id).where(*waiting)).one()
            db.session.remove()
            return found

    def register(self, session: Any, file: Path, rows: int, name: str) -> int:
        """A form 6 for the file, in a structure of its own, handed in."""
        from app.areas.collection import originals
        from app.database import transaction
        from app.demo.examples import example
        from app.demo.prerequisites import everybody, finish
        from app.demo.walk import make
        from app.engine.catalogue import catalogue

        people = everybody(session)
        by_name = {one.username: one for one in people}
        form_1, form_2, form_6 = (catalogue.form(one) for one in ("FJ01", "FJ02", "FJ06"))
        analysis: Any = finish(session, form_1, people, len(self.made), analysis_values())
        structure = analysis.published
        given = {"provider": "TG005", "agreement": "CJ-2025-005", "structure": structure.code, "method": "manual"}
        collector = by_name["collection_reviewer"]
        raw = example(session, collector, form_2, len(self.made), lines=1, given=given)
        raw["files"] = [{"name": f"{name}.csv", "bytes": str(file.stat().st_size), "records": str(rows)}]
        delivery = make(session, collector, form_2, raw)
        self.walk(session, delivery.id, "store")
        kept = originals.store(self.data / "originals", file)
        with transaction(session):
            originals.keep(session, delivery, f"{name}.csv", kept)
        manager = by_name["data_manager"]
        raw = example(session, manager, form_6, len(self.made), given={"structure": structure.code})
        raw["files"] = [{"register": delivery.number, "name": f"{name}.csv", "records": str(rows)}]
        return int(make(session, manager, form_6, raw).id)

    def walk(self, session: Any, key: int, step: str) -> None:
        """Signs until the document has come to the step."""
        from app.database import transaction
        from app.demo.prerequisites import everybody
        from app.demo.walk import sign
        from app.engine.catalogue import catalogue
        from app.engine.document import Document
        from app.workflow.cases import case_of

        people = everybody(session)
        document = session.get_one(Document, key)
        spec = catalogue.form(document.form_code)
        document = session.get_one(spec.model, key)
        while document.step and document.step != step:
            with transaction(session):
                sign(session, case_of(session, spec, document), people, work=False)


def analysis_values() -> dict[str, Any]:
    """What form 1 keys for the layout."""
    fields = [
        {
            "source_name": one.name, "title": one.title, "type": one.type.value, "length": str(one.length) if one.length else None,
            "decimal_places": str(one.decimal_places) if one.decimal_places is not None else None,
            "required": "1" if one.required else "0", "key_part": "1" if one.key_part else "0",
            "code_table": "industry" if one.codes else None, "validation": one.validation.value if one.validation else None,
            "expression": one.expression,
        }
        for one in LAYOUT.fields
    ]
    return {
        "provider": "TG005", "agreement": "CJ-2025-005", "method": "manual", "format": "csv", "encoding": "utf-8",
        "separator": "comma", "other_separator": None, "quote": "double", "header_row": "1", "compression": "none",
        "encryption": "none", "carrier": "mail", "content_agreed": "按月报送", "previous": None, "fields": fields,
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Browser:
    """Somebody logged in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        page = self.patiently("/login/")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        body = urlencode({"username": "data_manager2", "password": "Demo-2026!", "csrf_token": token[1]}).encode()
        self.opener.open(f"{address}/login/", body).read()

    def patiently(self, page: str) -> str:
        """A page, once the server answers."""
        for _turn in range(WAITED * 2):
            try:
                return self.get(page)
            except OSError:
                time.sleep(0.5)
        raise TimeoutError(self.address)

    def get(self, page: str) -> str:
        """A page."""
        with self.opener.open(f"{self.address}{page}") as answer:
            assert answer.status == 200
            return str(answer.read().decode())
