"""Reads what the address of a list, or a call of the REST interface, asks for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.documents.listing.columns import filterable, sortable
from app.documents.listing.selection import Range, Selection, ViewName
from app.documents.values import Fault, empty
from app.engine.choice import Choice
from app.engine.codecs import (
    CodeCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    MonthCodec,
    Refused,
    Resolver,
    TextCodec,
)
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import Text, clean, half_width

RANGED = (DateCodec, DateTimeCodec, IntegerCodec, DecimalCodec, MonthCodec)
LONGEST = 100
"""Characters of a text that are searched; nobody types more."""


class Order(Choice):
    """Which way a list is sorted."""

    ASCENDING = "asc", _("升序")
    DESCENDING = "desc", _("降序")


def arguments(spec: AnySpec) -> frozenset[str]:
    """Every argument that `read_selection` knows for a list; a caller may refuse others."""
    names = {"q", "view", "sort", "order"}
    for one in filterable(spec):
        names |= {one.name, *(ends(one) if isinstance(one.codec, RANGED) else ())}
    return frozenset(names)


def ends(one: FieldSpec) -> tuple[str, str]:
    """The arguments for the two ends of a range."""
    return f"{one.name}_from", f"{one.name}_to"


def read_selection(spec: AnySpec, args: MultiDict[str, str], resolver: Resolver) -> tuple[Selection, list[Fault]]:
    """The selection that the arguments ask for, and what of them cannot be taken (and is left out).

    Arguments that are none of a list's are passed over, but fields it cannot be filtered by are named.
    """
    faults: list[Fault] = []
    filters: dict[str, Any] = {}
    for one in filterable(spec):
        value = read_filter(one, args, resolver, faults)
        if value is not None:
            filters[one.name] = value
    faults += hidden(spec, args)
    names = {view.value for view in ViewName} if isinstance(spec, FormSpec) else {"all"}
    view = known("view", _("视图"), args, names, faults) or "all"
    sort = known("sort", _("排序"), args, sortable(spec), faults)
    order = known("order", _("排序"), args, {one.value for one in Order}, faults)
    text = half_width(args.get("q", ""))[:LONGEST]
    chosen = Selection(filters, text, view, sort, order != Order.ASCENDING.value)
    return (chosen if sort else in_usual_order(spec, chosen, order)), faults


def in_usual_order(spec: AnySpec, chosen: Selection, order: str | None) -> Selection:
    """Where no order is asked for: the newest first, by the date where dates are limited; registers by their key."""
    if not isinstance(spec, FormSpec):
        return Selection(chosen.filters, chosen.text, chosen.view, spec.key, order == Order.DESCENDING.value)
    limited = [name for name, value in chosen.filters.items() if isinstance(value, Range) and name in sortable(spec)]
    return Selection(chosen.filters, chosen.text, chosen.view, next(iter(limited), None), chosen.descending)


def known(name: str, label: Text, args: MultiDict[str, str], allowed: Iterable[str], faults: list[Fault]) -> str | None:
    """The argument's value where it is one of those allowed."""
    given = args.get(name) or None
    if given is None or given in allowed:
        return given
    faults.append(Fault((name,), label, _("没有“%(value)s”", value=given), given))
    return None


def hidden(spec: AnySpec, args: MultiDict[str, str]) -> list[Fault]:
    """Arguments that name fields which the list cannot be filtered by."""
    taken = arguments(spec)
    system = spec.system_fields if isinstance(spec, FormSpec) else ()
    return [
        Fault((name,), one.label, _("不能按此项筛选"), args.get(name))
        for one in (*spec.fields, *system)
        for name in (one.name, *ends(one))
        if name in args and name not in taken
    ]


def read_filter(one: FieldSpec, args: MultiDict[str, str], resolver: Resolver, faults: list[Fault]) -> Any:
    """The filter by one field, or None where nothing (that can be taken) was given."""
    given = [raw for raw in args.getlist(one.name) if not empty(raw)]
    low, high = (args.get(name) if isinstance(one.codec, RANGED) else None for name in ends(one))
    try:
        if not empty(low) or not empty(high):
            return read_range(one, low, high, resolver)
        if not given:
            return None
        if isinstance(one.codec, TextCodec):
            return (half_width if isinstance(one.codec, CodeCodec) else clean)(given[0])
        if isinstance(one.codec, DateTimeCodec):
            return read_range(one, given[0], given[0], resolver)
        return tuple(one_value(one, raw, resolver) for raw in given)
    except Refused as refused:
        faults.append(Fault((one.name,), one.label, refused.message, given[0] if given else low or high))
        return None


def one_value(one: FieldSpec, raw: str, resolver: Resolver) -> Any:
    """One value that rows may have; of a set of choices, one that the set may hold.

    A row referred to is found even where new documents may no longer choose it.
    """
    if one.target:
        return resolver.find(replace(one.target, where=None, position=None, usable=()), clean(raw))
    value = one.codec.parse(raw, resolver)
    return next(iter(value), None) if isinstance(value, frozenset) else value


def read_range(one: FieldSpec, low: str | None, high: str | None, resolver: Resolver) -> Range:
    """The range of values, refused where it runs backwards."""
    least = None if empty(low) else one.codec.parse(low, resolver)
    most = None if empty(high) else one.codec.parse(high, resolver)
    if isinstance(most, datetime):
        most += meant(high or "") - timedelta(microseconds=1)
    if least is not None and most is not None and least > most:
        raise Refused(_("起始不能大于截止"))
    return Range(least, most)


def meant(text: str) -> timedelta:
    """How long a moment lasts as it was typed: 2026-11-23 is a day, 09:30 a minute."""
    return (timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1))[min(half_width(text).count(":"), 2)]
