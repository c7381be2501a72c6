"""What tests of the REST interface share."""

from collections.abc import Mapping
from typing import Any

from app.engine.catalogue import Catalogue
from app.engine.spec import FormSpec
from app.workflow.actor import Actor


def declared() -> Catalogue:
    """The catalogue, compiled when tests are collected."""
    from app import models
    from app.engine.catalogue import catalogue

    models.load(("app.areas",))
    return catalogue


def address(spec: FormSpec, *parts: object) -> str:
    return "/".join(["/api/v1/forms", spec.slug, *map(str, parts)])


def ok(answer: Any, status: int = 200) -> Any:
    """The body of an answer that should be this one."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()


def fields_refused(answer: Any) -> dict[str, str]:
    """The messages of a 422 by field."""
    return {one["field"]: one["message"] for one in ok(answer, 422)["errors"]}


def writable(spec: FormSpec, document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a document that can be sent again."""
    found = {one.name: document[one.name] for one in spec.writable}
    for line in spec.lines:
        if line.writable:
            names = [one.name for one in line.fields if one.writable]
            found[line.name] = [{name: row[name] for name in names} for row in document[line.name]]
    return found


def shown(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": document["version"], "digest": document["digest"]}


def name_of(actor: Actor) -> str:
    """The actor as `client_for` knows people: collector2 is collector/2."""
    return f"{actor.username[:-1]}/2" if actor.username.endswith("2") else actor.username
