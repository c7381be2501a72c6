"""Example values of fields that refer to nothing."""

from datetime import datetime, time, timedelta

from app.clock import now, today
from app.demo.words import days_off, pick
from app.engine.codecs import Widget
from app.engine.fields import FieldSpec

MORNING = time(9, 30)


def scalar(where: str, one: FieldSpec, number: int) -> str | None:
    """A raw value of a field; `where` is the slug of its form or the table of its lines. None: left empty."""
    match one.codec.widget:
        case Widget.DATE:
            return (today() + timedelta(days_off(where, one.name))).isoformat()
        case Widget.DATETIME:
            return moment(days_off(where, one.name))
        case Widget.MONTH:
            return f"{today():%Y-%m}"
    try:
        return pick(number, where, one.name)
    except KeyError:
        pass
    sample = one.codec.example()
    plain = sample == "示例" and one.codec.widget in (Widget.TEXT, Widget.AREA)
    return f"{one.label}{number + 1}"[: one.codec.max_length or 60] if plain else sample


def moment(days: int = 0, at: time = MORNING) -> str:
    """That time of a day so many days from today; of today no later than now."""
    found = datetime.combine(today() + timedelta(days), at)
    return f"{found if days else min(found, now()):%Y-%m-%d %H:%M}"
