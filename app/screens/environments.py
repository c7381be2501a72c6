"""The screen of differences between the development and the production environment (article 29): empty when in order."""

from collections.abc import Sequence

from flask_appbuilder import BaseView
from werkzeug.wrappers import Response

from app.clock import now
from app.database import db
from app.engine.catalogue import catalogue
from app.registers.environments import RESOURCE, Difference, differences, paired
from app.screens.books import Sheet, book, sent
from app.screens.exposing import page
from app.screens.translating import gettext as _


class Environments(BaseView):
    """/environments/"""

    route_base = "/environments"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list", "export": "list"}

    @page("/")
    def index(self) -> str:
        """Everything that the environments have not the same."""
        found = list(differences(db.session(), paired(catalogue)))
        return str(self.render_template("registers/environments.html", title=_("环境差异"), found=found, at=now()))

    @page("/export.xlsx")
    def export(self) -> Response:
        """The same as a workbook."""
        return sent(book([sheet(list(differences(db.session(), paired(catalogue))))]), _("环境差异"))

def sheet(found: Sequence[Difference]) -> Sheet:
    """The differences as a table."""
    headings = [_("台账"), _("代码"), _("项目"), _("开发环境"), _("生产环境")]
    rows = [(str(one.register), one.key, str(one.field), one.development, one.production) for one in found]
    return _("环境差异"), headings, rows
