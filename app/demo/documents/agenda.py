"""Lives the demo year through: every event at its moment, in order, so that numbers and trails are in order too."""

import heapq
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.load_error_register import Disposal
from app.clock import at
from app.demo import loads, walk
from app.demo.documents.hours import days_later, later, working
from app.demo.documents.papers import Cabinet
from app.demo.documents.plans import Plan, Story
from app.demo.examples import example
from app.documents import attachments, operations
from app.documents.links import links_of
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.options import Action

WAITS = (35, 80, 150, 260, 420, 560, 900)
"""Working minutes until somebody gets round to the next step."""
EVENING = 20, 40


def known_rows(session: Session) -> list[Any]:
    """The rows of the small registers: as long as somebody holds them, references to them cost no query."""
    small = [spec.model for spec in catalogue.registers if spec.slug != "code_values"]
    return [row for model in small for row in session.scalars(select(model))]


class Agenda:
    """What is still to happen, the earliest first; it runs in the caller's transaction."""

    def __init__(self, session: Session, people: Iterable[Actor], cabinet: Cabinet) -> None:
        self.session = session
        self.people = {one.username: one for one in people}
        self.cabinet = cabinet
        self.chance = random.Random(2026)
        self.order = itertools.count()
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []
        self.made: dict[str, Any] = {}
        self.counted: Counter[str] = Counter()
        self.following: defaultdict[str, list[Plan]] = defaultdict(list)
        self.held: dict[str, Story] = {}
        self.moment = datetime.min
        self.kept = known_rows(session)

    def live(self, plans: Iterable[Plan], until: datetime) -> None:
        """Everything that the plans say, as far as it happens before the end."""
        for plan in plans:
            if plan.after:
                self.following[plan.after].append(plan)
            elif plan.at:
                self.put(working(plan.at), partial(self.begin, plan))
        while self.events and self.events[0][0] <= until:
            self.moment, _order, event = heapq.heappop(self.events)
            with at(self.moment):
                event()

    def put(self, moment: datetime, event: Callable[[], None]) -> None:
        """Notes an event."""
        heapq.heappush(self.events, (moment, next(self.order), event))

    def soon(self, event: Callable[[], None], minutes: int | None = None) -> None:
        """Notes an event for when somebody gets round to it."""
        self.put(later(self.moment, minutes or self.chance.choice(WAITS)), event)

    def begin(self, plan: Plan) -> None:
        """The maker fills the form in, or takes up the draft that the system has made."""
        if plan.drafted:
            self.take_up(plan)
            return
        spec, maker = catalogue.form(plan.slug), self.people[plan.maker]
        given = plan.given(self.made) if callable(plan.given) else plan.given
        raw = example(self.session, maker, spec, self.counted[plan.slug], lines=plan.lines, given=given)
        self.counted[plan.slug] += 1
        document = walk.draft(self.session, maker, spec, raw)
        story = Story(plan, document, raw)
        if plan.key:
            self.made[plan.key] = document
        self.cabinet.deliver(self.session, maker, spec, document, plan.broken)
        if plan.files:
            self.cabinet.attach(self.session, maker, spec, document, raw)
        if plan.ends != "draft":
            self.soon(partial(self.submit, story), 12)

    def take_up(self, plan: Plan) -> None:
        """Somebody finds the draft that a signature has given rise to."""
        spec, cause = catalogue.form(plan.slug), self.made[str(plan.after).partition("@")[0]]
        drafts = (one for one in links_of(self.session, cause).results if one.form_code == spec.prefix and one.state is State.DRAFT)
        document = self.session.get_one(spec.model, next(drafts).id)
        maker = next(name for name, one in self.people.items() if one.user_id == document.maker_id)
        if plan.key:
            self.made[plan.key] = document
        self.soon(partial(self.submit, Story(replace(plan, maker=maker), document, {})), 12)

    def submit(self, story: Story) -> None:
        """The maker hands it in."""
        plan, document = story.plan, story.document
        walk.submit(self.session, self.people[plan.maker], catalogue.form(plan.slug), document)
        withdrawn = plan.ends in ("withdrawn", "terminated")
        self.soon(partial(self.withdraw, story), 25) if withdrawn else self.onward(story)

    def withdraw(self, story: Story) -> None:
        """The maker takes it back."""
        self.decide(story, self.people[story.plan.maker], Action.WITHDRAW)
        if story.plan.ends == "terminated":
            self.soon(partial(self.terminate, story), 40)

    def terminate(self, story: Story) -> None:
        """The maker gives it up."""
        self.decide(story, self.people[story.plan.maker], Action.TERMINATE, "客户来电取消申请，本单终止。")

    def decide(self, story: Story, actor: Actor, action: Action, opinion: str | None = None) -> None:
        """One decision without values."""
        document = story.document
        shown = walk.shown(document)
        act(self.session, actor, catalogue.form(story.plan.slug), document.id, action, shown, opinion=opinion)

    def onward(self, story: Story) -> None:
        """What comes next: nothing, the documents that follow, or the next step."""
        plan, document = story.plan, story.document
        if document.state is State.DONE:
            self.follow(plan.key)
            self.resume(plan)
            if plan.loaded:
                self.soon(partial(self.load, story))
            return
        if document.step == plan.ends:
            return
        if self.follow(f"{plan.key}@{document.step}"):
            self.held[f"{plan.key}@{document.step}"] = story
        elif (plan.slug, document.step) in walk.OUTSIDE_HOURS:
            self.put(self.moment.replace(hour=EVENING[0], minute=EVENING[1]), partial(self.sign, story))
        else:
            self.soon(partial(self.sign, story))

    def load(self, story: Story) -> None:
        """The imported batch is loaded; its errors are registered where that is to follow."""
        batch, key = loads.batch_of(self.session, story.document), f"{story.plan.key}@loaded"
        people = self.people.values()
        found = loads.load(self.session, people, batch) if batch is not None else None
        if found is not None and found.rejected and key in self.following:
            document = loads.registered(self.session, people, found, self.cabinet.folder, Disposal.RELOAD)
            self.cabinet.stored += [one.stored for one in attachments.of(self.session, document.id)]
            self.follow(key)

    def follow(self, key: str | None) -> bool:
        """Notes the documents that follow; says whether there are any."""
        plans = self.following.pop(key, []) if key else []
        for plan in plans:
            self.put(days_later(self.moment, plan.days), partial(self.begin, plan))
        return bool(plans)

    def resume(self, plan: Plan) -> None:
        """The step that waited for the document is taken up again."""
        if plan.after and (held := self.held.pop(plan.after, None)):
            self.soon(partial(self.sign, held))

    def sign(self, story: Story) -> None:
        """Somebody signs, or returns it once."""
        plan, document, spec = story.plan, story.document, catalogue.form(story.plan.slug)
        case = case_of(self.session, spec, document)
        if plan.back and document.step == plan.back[0] and document.round == 1:
            self.decide(story, walk.signer(case, self.people.values()), Action.RETURN, plan.back[1])
            if plan.ends != "returned":
                self.soon(partial(self.correct, story))
            return
        wanted = plan.steps.get(document.step or "", {})
        given = wanted(case, self.made) if callable(wanted) else wanted
        walk.sign(self.session, case, self.people.values(), given)
        self.onward(story)

    def correct(self, story: Story) -> None:
        """The maker mends what was returned, and hands it in again."""
        plan, document = story.plan, story.document
        maker, spec = self.people[plan.maker], catalogue.form(plan.slug)
        raw = {**story.raw, "remarks": "已按退回意见补正。"}
        operations.change(self.session, maker, spec, document.id, raw, walk.shown(document))
        self.soon(partial(self.submit, story), 10)
