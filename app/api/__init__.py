"""REST for every form and register, generated from the specs: `/api/v1/forms/<slug>/`, `/api/v1/registers/<slug>/`."""

from flask_appbuilder import AppBuilder

from app.api.accounts import RolesApi, UsersApi
from app.api.delegations import DelegationApi, HandOverApi
from app.api.forms import FormApi
from app.api.jobs import JobApi
from app.api.notices import NoticeApi
from app.api.registers import RegisterApi
from app.api.resource import Resource
from app.api.tasks import TaskApi
from app.engine.catalogue import Catalogue
from app.engine.compiling import DeclarationError
from app.engine.spec import AnySpec, FormSpec
from app.workflow.permissions import permissions_of


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Adds the resource of every declared form and register, and those of what is everybody's own."""
    for spec in catalogue:
        appbuilder.add_api(resource_of(spec))
    for one in (NoticeApi, TaskApi, JobApi, DelegationApi, HandOverApi, UsersApi, RolesApi):
        appbuilder.add_api(one)


def resource_of(spec: AnySpec) -> type[Resource]:
    """The resource of one spec."""
    refuse_clash(spec)
    form = isinstance(spec, FormSpec)
    parent: type[Resource] = FormApi if form else RegisterApi
    members = {
        "spec": spec,
        "resource_name": f"{'forms' if form else 'registers'}/{spec.slug}",
        "class_permission_name": spec.resource,
        "base_permissions": list(permissions_of(spec)),
        "openapi_spec_tag": spec.resource,
        "__module__": __name__,
        "__doc__": f"{spec.resource}.",
    }
    return type(f"{spec.model.__name__}Api", (parent,), members)


def refuse_clash(spec: AnySpec) -> None:
    """Refuses a declaration whose names mean something else in answers already; raises DeclarationError."""
    names = {one.name for one in spec.fields} | {line.name for line in spec.lines}
    if clash := names & {"id", "form", "titles", "links", "made_by", "amends", "amended_by"}:
        raise DeclarationError("A001", spec.slug, f"{sorted(clash)} would clash in the REST interface", "choose other names")
