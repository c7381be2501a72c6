"""Start-up checks: mistakes in declarations are refused with a code and a hint."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.engine.catalogue import Catalogue, catalogue
from app.engine.checks import check
from app.engine.spec import FormSpec
from app.procedure import knows_article

pytestmark = pytest.mark.usefixtures("app")


def faults_of(*forms: FormSpec) -> set[str]:
    """The codes of what is wrong with these forms beside the others."""
    changed: Any = SimpleNamespace()
    codes = {spec.slug for spec in forms}
    changed.forms = (*forms, *(spec for spec in catalogue.forms if spec.slug not in codes))
    changed.registers = catalogue.registers
    whole = Catalogue()
    whole.forms, whole.registers = changed.forms, changed.registers
    return {fault.code for fault in check(whole, knows_article)}


@pytest.fixture
def form() -> FormSpec:
    return catalogue.form("collection_file_register")


def test_the_catalogue_is_in_order(app: Flask) -> None:
    assert check(catalogue, knows_article) == []
    result = app.test_cli_runner().invoke(args=["forms", "check"])
    assert result.exit_code == 0
    assert "39 forms" in result.output


def test_two_forms_with_one_code(form: FormSpec) -> None:
    assert "F010" in faults_of(form, replace(form, slug="another", title="另一表"))


def test_a_chain_that_its_maker_alone_completes(form: FormSpec) -> None:
    assert "F014" in faults_of(replace(form, chain=()))


def test_two_steps_of_one_name(form: FormSpec) -> None:
    assert "F011" in faults_of(replace(form, chain=(form.chain[0], form.chain[0])))


def test_a_step_nobody_may_sign(form: FormSpec) -> None:
    assert "F012" in faults_of(replace(form, chain=(replace(form.chain[0], positions=()),)))


def test_differing_from_a_step_that_is_not_there(form: FormSpec) -> None:
    assert "F013" in faults_of(replace(form, chain=(replace(form.chain[0], differs=("nowhere",)),)))


def test_nobody_makes_it(form: FormSpec) -> None:
    assert "F015" in faults_of(replace(form, makers=()))


def test_an_article_the_procedure_has_not(form: FormSpec) -> None:
    assert "F030" in faults_of(replace(form, articles=("999",)))


def test_a_later_field_that_is_required_at_once(form: FormSpec) -> None:
    fields = tuple(replace(one, required=True) if one.filled_at else one for one in form.fields)
    assert "F020" in faults_of(replace(form, fields=fields))


def test_every_form_of_the_procedure_is_declared() -> None:
    numbered = {spec.code for spec in catalogue.forms if spec.code.isdigit()}
    assert numbered == {str(number) for number in range(1, 34)}
    assert {spec.code for spec in catalogue.forms} - numbered == {"S1", "S2", "S3", "S4", "S5", "S6"}


@pytest.mark.parametrize("command", [["forms", "list"], ["forms", "list", "--json"], ["forms", "show", "FJ02"]])
def test_commands_tell_what_is_declared(app: Flask, command: list[str]) -> None:
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0
    assert "数据采集文件登记表" in result.output
    assert "collection_file_register" in result.output
