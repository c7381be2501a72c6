"""S4 介质存放记录."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.engine.chain import Chain, Check, Effect, Sign
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Count, LongText, Moment, Sha256, Text255


class Direction(Choice):
    """Into the safe or out of it."""

    IN = "in", _("入柜")
    OUT = "out", _("出柜")


class SafeRegister(Line):
    """A register whose files are on the disc (所存登记表)."""

    __tablename__ = "safe_register"

    register: Mapped[Document] = document(_("登记表"), "2", "S1", "6", help=_("介质所存文件的登记表"))
    files: Mapped[Count] = column(_("文件数"), total=True)


class SafeMovement(Line):
    """One leave or return of a disc (出入记录)."""

    __tablename__ = "safe_movement"

    direction: Mapped[Direction] = choice(Direction, _("出入"))
    at: Mapped[Moment] = column(_("时间"))
    who: Mapped[Employee] = person(_("经手人"))
    witness: Mapped[Employee] = person(_("监督人"))
    reason: Mapped[Text255] = column(_("事由"))

    @rule(witness)
    def two_people(self) -> Text | None:
        return _("监督人不能与经手人相同") if self.who is self.witness else None


class MediaSafeRecord(FormModel):
    """介质存放记录: a sealed disc's place in the safe, and every time it leaves or returns (articles 16, 18)."""

    __tablename__ = "media_safe_record"

    medium_no: Mapped[Code30] = column(_("介质编号"), unique=True, sortable=True)
    content: Mapped[LongText] = column(_("内容"), full=True)
    sha256: Mapped[Sha256 | None] = column(_("封存包 SHA-256"), computed=True)
    burnt_at: Mapped[Moment] = column(_("刻录时间"), prefill=Prefill.NOW, sortable=True)
    operator: Mapped[Employee] = person(_("刻录人"), position=Position.DATA_MANAGER, prefill=Prefill.ME)
    witness: Mapped[Employee] = person(_("监督人"), position=Position.DATA_MANAGER)
    safe: Mapped[Code30] = column(_("保险柜"))
    slot: Mapped[Code30 | None] = column(_("柜位"))
    registers: Mapped[list[SafeRegister]] = lines(_("所存登记表"))
    movements: Mapped[list[SafeMovement]] = lines(_("出入记录"), computed=True, help=_("入柜及以后每次出入时登记"))

    @rule(witness)
    def witnessed(self) -> Text | None:
        if self.operator is self.witness:
            return _("监督人不能与刻录人相同")
        return _("监督人不能是制表人") if self.witness.user_id == self.maker_id else None

    @rule(registers)
    def listed_once(self) -> Text | None:
        twice = len({one.register.number for one in self.registers}) < len(self.registers)
        return _("同一登记表登记了两次") if twice else None

    __form__ = Form(
        code="S4", title=_("介质存放记录"),
        articles=("16.1.1.5", "16.1.2.5", "16.1.3.5", "16.2.3.7", "18.1"), makers=(Position.DATA_MANAGER,),
        columns=(medium_no, content, burnt_at, operator, witness, safe, slot),
        filters=(medium_no, safe, witness, burnt_at), summary=(medium_no, content),
        groups=(
            Group(_("一、介质"), (medium_no, content, burnt_at, operator, witness, sha256), "16.1.1.5"),
            Group(_("二、存放"), (safe, slot), "16.1.1.5"),
        ),
        handed_in=(Effect("seal_package", _("制作封存包并登记其 SHA-256")),), page=(_("存放与核验"), "/discs/{}"),
        readers=(Position.IT_STAFF, Position.IT_HEAD, Position.COLLECTION_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Sign("witness", by=witness, label=_("监督人签字"), differs=(operator,), article="16.1.1.5", ready="sealed",
                 hint=_("确认刻录内容与登记表一致，光盘已封存")),
            Check("store", by=Position.SAFE_KEEPER, label=_("入柜"), verb=_("入柜"), differs=("witness", operator),
                  fills=(slot,), article="16.1.1.5", hint=_("核对封签后入柜，登记柜位"),
                  effects=(Effect("record_deposit", _("登记首次入柜")),)),
        ),
    )
