"""Lists (列表): dense rows by key, with views, filters, sorting and what people need to find their way."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Response, abort, jsonify, request

from app.database import db
from app.documents import listing
from app.documents.listing import BadSelection, Page, Selection
from app.documents.resolver import DatabaseResolver
from app.documents.words import masked
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec
from app.screens import navigation, paths
from app.screens.exposing import data, page, the_actor
from app.screens.filters import filters, kept
from app.screens.screen import Screen
from app.workflow.actor import Actor
from app.workflow.permissions import EXPORT

SIZES = (20, 50, 100)
MOST = 1000
STAYING = 5
"""Columns that stay when the window is narrow, beside state and dates."""


@dataclass(frozen=True)
class Column:
    """A column of the list: `sort` is the address that sorts by it, None where it cannot; `sorted` as in aria-sort."""

    one: FieldSpec
    sort: str | None
    sorted: str
    extra: bool


class ListPages(Screen):
    """/list, and the counts of its views."""

    @page("/list")
    def list(self) -> Response:
        """A page of the list that the address asks for."""
        actor, spec, args = the_actor(), self.spec, request.args
        selection, faults = self._selection(actor)
        size = page_size(args.get("size") or request.cookies.get("list_size", ""))
        keys = {"after": args.get("after") or None, "before": args.get("before") or None}
        try:
            found = listing.page(db.session(), actor, spec, selection, **keys, size=size)
        except BadSelection:
            abort(400)
        return self.answer(
            "forms/list.html", page=found, words=partial(words, found), columns=columns(spec, selection), faults=faults,
            filters=filters(spec, args), views=listing.views(actor, spec), total=total(actor, spec, selection, found),
            most=MOST, size=size, sizes=SIZES, selection=selection, is_form=isinstance(spec, FormSpec),
            previous=turned(spec, before=found.previous), next=turned(spec, after=found.next),
            makes=isinstance(spec, FormSpec) and navigation.makes(actor, spec), exports=actor.may(EXPORT, spec.resource),
            query=kept(spec, args, "after", "before", "size"), order=kept(spec, args, only=("view", "sort", "order")),
        )

    @data("/counts")
    def counts(self) -> Any:
        """How many rows each view has under the present filters, counted no further than MOST; asked for by list.js."""
        actor, spec, session = the_actor(), self.spec, db.session()
        selection, _faults = self._selection(actor)
        return jsonify({
            view.name: listing.count(session, actor, spec, replace(selection, view=view.name), MOST)
            for view in listing.views(actor, spec)
        })

    def _selection(self, actor: Actor) -> tuple[Selection, Any]:
        """What the address asks for."""
        return listing.read_selection(self.spec, request.args, DatabaseResolver(db.session(), actor))


def words(found: Page, one: FieldSpec, row: Any) -> str:
    """A value of the list in words, sensitive ones masked."""
    text = listing.shown(one, row, found.titles)
    return masked(text) if one.sensitive else text


def total(actor: Actor, spec: Any, selection: Selection, found: Page) -> int:
    """How many rows the list has, at most one more than MOST; a list of one page is counted already."""
    if found.previous is None and found.next is None:
        return len(found.rows)
    return listing.count(db.session(), actor, spec, selection, MOST)


def columns(spec: Any, selection: Selection) -> tuple[Column, ...]:
    """The columns in order; a second click on a sorted one turns the order round."""
    sortable = listing.sortable(spec)
    found = []
    for number, one in enumerate(listing.list_columns(spec)):
        sort, direction = None, "none"
        if one.name in sortable:
            current = selection.sort == one.name
            direction = ("descending" if selection.descending else "ascending") if current else "none"
            order = "asc" if current and selection.descending else "desc"
            rest = kept(spec, request.args, "after", "before", "sort", "order")
            sort = paths.url(spec, "list", **rest, sort=one.name, order=order)
        extra = number >= STAYING and one.name not in ("created_at", "state", "due_at", "status")
        found.append(Column(one, sort, direction, extra))
    return tuple(found)


def turned(spec: Any, **key: str | None) -> str | None:
    """The address of a neighbouring page, if there is one."""
    given = {name: value for name, value in key.items() if value}
    return paths.url(spec, "list", **kept(spec, request.args, "after", "before"), **given) if given else None


def page_size(text: str) -> int:
    """The page size asked for, if it is one of ours."""
    return int(text) if text in map(str, SIZES) else SIZES[0]
