"""账实核对: what the registers hold now without a form, an import or set-up that explains it."""

from itertools import islice

from flask_appbuilder import BaseView

from app.database import db
from app.engine.catalogue import catalogue
from app.registers.permissions import RESOURCE
from app.registers.reconciling import reconcile
from app.screens.exposing import page
from app.screens.translating import gettext as _

MOST = 500


class RegistersCheck(BaseView):
    """/registers-check/"""

    route_base = "/registers-check"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list"}

    @page("/")
    def index(self) -> str:
        """Checked as the page is opened; at most MOST lines."""
        found = list(islice(reconcile(db.session(), catalogue), MOST))
        return str(self.render_template("registers/check.html", title=_("账实核对"), found=found, most=MOST))
