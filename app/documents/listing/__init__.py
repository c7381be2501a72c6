"""Lists of documents and register rows: what a person may see of them, filtered, sorted, paged by key.

For screens, the REST interface and workbooks alike. Nothing here grows with the table: a page deep in a million rows
costs what the first costs of a thousand; see `reading` for how, and `bench/list.py` for what that comes to.
"""

from app.documents.listing.asking import arguments, read_selection
from app.documents.listing.columns import filterable, list_columns, sortable
from app.documents.listing.everywhere import find
from app.documents.listing.pages import Page, chunks, count, page, stream
from app.documents.listing.selection import BadSelection, Range, Selection, View, views
from app.documents.listing.titles import code_titles, shown

__all__ = [
    "BadSelection",
    "Page",
    "Range",
    "Selection",
    "View",
    "arguments",
    "chunks",
    "code_titles",
    "count",
    "filterable",
    "find",
    "list_columns",
    "page",
    "read_selection",
    "shown",
    "sortable",
    "stream",
    "views",
]
