"""The REST interface's description: valid OpenAPI, complete for every form and register, for people who are logged in."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from app.demo.people import PASSWORD
from tests.conftest import OwnContext
from tests.rest import address, declared, ok


@pytest.fixture(scope="module")
def described(app: Flask) -> Mapping[str, Any]:
    """The API's description as an administrator gets it."""
    client = OwnContext(app)
    client.post("/login/", data={"username": "sysadmin", "password": PASSWORD})
    found: dict[str, Any] = ok(client.get("/api/v1/_openapi"))
    return found


def test_the_description_is_valid(described: Mapping[str, Any]) -> None:
    from openapi_spec_validator import validate

    validate(described)


def test_the_description_is_complete(described: Mapping[str, Any]) -> None:
    schemas, paths = described["components"]["schemas"], described["paths"]
    for spec in declared().forms:
        here = address(spec)
        assert set(paths[f"{here}/"]) >= {"get", "post"}
        assert set(paths[f"{here}/{{pk}}"]) >= {"get", "put", "patch", "delete"}
        assert {f"{here}/{{pk}}/{one}" for one in ("actions", "actions/{action}", "trail", "attachments")} <= set(paths)
        read, new = schemas[spec.model.__name__], schemas[f"{spec.model.__name__}New"]
        for one in (*spec.fields, *spec.system_fields):
            shown = read["properties"][one.name]
            assert shown["title"] == str(one.label)
            assert bool(shown.get("readOnly")) is not one.writable, one.name
            assert "example" in shown
        assert set(new["properties"]) == {one.name for one in (*spec.writable, *spec.lines) if one.writable} | {"amends"}
        assert set(new.get("required", ())) == {one.name for one in spec.writable if one.required}
        assert new["additionalProperties"] is False
        arguments = {one["name"] for one in paths[f"{here}/"]["get"]["parameters"]}
        assert {"q", "view", "sort", "order", "state", "number", "size", "after", "before"} <= arguments
    for register in declared().registers:
        assert set(paths[f"/api/v1/registers/{register.slug}/"]) == {"get"}
    state = schemas["MediaSafeRecord"]["properties"]["state"]
    assert state["enum"][:2] == ["draft", "pending"]
    assert state["x-enum-titles"]["draft"] == "草稿"


def test_the_description_is_for_people_who_are_logged_in(app: Flask) -> None:
    assert OwnContext(app).get("/api/v1/_openapi").status_code == 401


def test_examples_of_the_description_are_what_it_says(described: Mapping[str, Any]) -> None:
    """Every example fits its own schema."""
    from jsonschema import Draft4Validator

    for name, schema in described["components"]["schemas"].items():
        for one, described_field in schema.get("properties", {}).items():
            if "example" in described_field:
                Draft4Validator(described_field).validate(described_field["example"]), (name, one)
