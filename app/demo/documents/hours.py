"""Working hours of the demo year 2026."""

from datetime import date, datetime, time, timedelta

from chinese_calendar import is_workday

YEAR = 2026
OPENS, CLOSES = time(9, 5), time(17, 20)


def day(month: int, number: int, hour: int = 9, minute: int = 20) -> datetime:
    """A moment of the demo year; on a day off the next working day's."""
    return working(datetime(YEAR, month, number, hour, minute))


def works(day: date) -> bool:
    """Whether people work on a day; in years whose holidays are not known, Monday to Friday."""
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working(moment: datetime) -> datetime:
    """The moment itself in working hours, else the next opening."""
    if moment.time() > CLOSES:
        moment = datetime.combine(moment + timedelta(1), OPENS)
    while not works(moment.date()):
        moment = datetime.combine(moment + timedelta(1), max(moment.time(), OPENS))
    return max(moment, datetime.combine(moment, OPENS))


def later(moment: datetime, minutes: int) -> datetime:
    """So many working minutes later."""
    moment = working(moment)
    while minutes > (left := int((datetime.combine(moment, CLOSES) - moment).total_seconds() // 60)):
        minutes -= left + 1
        moment = working(datetime.combine(moment, CLOSES) + timedelta(minutes=1))
    return moment + timedelta(minutes=minutes)


def days_later(moment: datetime, number: int) -> datetime:
    """The same time so many working days later."""
    for _one in range(number):
        moment = working(moment + timedelta(1))
    return moment
