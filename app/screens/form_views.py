"""The screen of a form: list, sheet, document page, decisions, attachments, and the sources of its scripts."""

from app.screens.attachment_pages import AttachmentPages
from app.screens.completing_pages import CompletingPages
from app.screens.history_pages import HistoryPages
from app.screens.list_pages import ListPages
from app.screens.sheet_pages import SheetPages
from app.screens.sources import LookUp, Typing


class FormScreen(ListPages, SheetPages, CompletingPages, AttachmentPages, HistoryPages, LookUp, Typing):
    """Base of every generated form screen. Who may sign is asked by the door, so deciding needs the right to read only."""

    method_permission_name = {
        "list": "read", "counts": "read", "show": "read", "history": "read", "lookup": "read", "attachment": "read",
        "act": "read", "fill": "read",
        "add": "make", "edit": "make", "delete": "make", "attach": "make", "detach": "make",
        "autosave": "make", "discard": "make", "present": "make",
    }
    include_route_methods = frozenset(method_permission_name)
