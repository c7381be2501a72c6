"""Business hours (营业时间): from and to are business parameters; outside working days there are none."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.calendar.days import DAY, Calendar, calendar
from app.documents.parameters import parameter_text

FROM, TO = "business_from", "business_to"


@dataclass(frozen=True)
class Hours:
    """The business hours of every working day of a calendar: the closing moment is outside."""

    days: Calendar
    opens: time
    closes: time

    def hold(self, at: datetime) -> bool:
        """Whether a moment lies within business hours."""
        return self.opens <= at.time() < self.closes and self.days.working(at.date())

    def open_day(self, at: datetime) -> date:
        """The working day that is not over yet at a moment: this one, else the next."""
        return self.days.on_or_after(at.date() if at.time() < self.closes else at.date() + DAY)

    def close_of(self, day: date) -> datetime:
        """When business ends on a day."""
        return datetime.combine(day, self.closes)

    def after(self, at: datetime, length: timedelta) -> datetime:
        """The moment when so much business time has passed."""
        day = self.open_day(at)
        start = max(at, datetime.combine(day, self.opens))
        while (left := self.close_of(day) - start) < length:
            length -= left
            day = self.days.add(day, 1)
            start = datetime.combine(day, self.opens)
        return start + length


def hours(session: Session) -> Hours:
    """The business hours as the parameters have them; raises KeyError where they are missing or end before they begin."""
    opens, closes = parameter_time(session, FROM), parameter_time(session, TO)
    if closes <= opens:
        raise KeyError(TO)
    return Hours(calendar(session), opens, closes)


def parameter_time(session: Session, code: str) -> time:
    """The value of a parameter that is a time of day; raises KeyError where it is missing or none."""
    try:
        return time.fromisoformat(parameter_text(session, code) or "")
    except ValueError:
        raise KeyError(code) from None


def in_business_hours(session: Session, at: datetime) -> bool:
    """Whether a moment lies in business hours, when production is not to be touched (articles 26.4, 27.2)."""
    return hours(session).hold(at)


def next_outside(session: Session, at: datetime) -> datetime:
    """The first moment outside business hours from then on (非营业时间): that one itself, or the day's closing."""
    own = hours(session)
    return own.close_of(at.date()) if own.hold(at) else at
