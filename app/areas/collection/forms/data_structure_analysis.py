"""附件 1 数据结构分析表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.forms import structure_rules
from app.areas.collection.registers import Carrier, DataStructure, Method, lapsed
from app.areas.organisation.registers import PROVIDER, Agreement, AgreementKind, ExternalOrganisation, UpdateCycle
from app.areas.products.registers import Environment, Indicator
from app.areas.system.registers import CodeTable
from app.clock import today
from app.engine.chain import Chain, Check, Countersign, Effect
from app.engine.conditions import when
from app.engine.declare import choice, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Clock, Code30, Count, LongText, Name60, Ordinal, Phone, Text120, Text255, YesNo
from app.intake import contents
from app.intake.terms import (
    Compression,
    Encoding,
    Encryption,
    FieldType,
    FileFormat,
    Quote,
    Role,
    Separator,
    Validation,
)


class StructureField(Line):
    """One field of the structure (字段), in the order of the file."""

    __tablename__ = "structure_field"

    source_name: Mapped[Text120] = column(_("源字段名"))
    title: Mapped[Text120] = column(_("中文名称"))
    type: Mapped[FieldType] = choice(FieldType, _("类型"))
    length: Mapped[Ordinal | None] = column(_("长度"))
    decimal_places: Mapped[Count | None] = column(_("小数位数"))
    start: Mapped[Ordinal | None] = column(
        _("起始列"), help=_("定长文本必填，首列为 1；GBK、GB18030 按字节计，一个汉字占两列")
    )
    required: Mapped[YesNo] = column(_("必填"), default=False)
    key_part: Mapped[YesNo] = column(_("主键"), default=False, help=_("各主键字段合起来唯一确定一条记录"))
    code_table: Mapped[CodeTable | None] = reference(_("代码表"))
    validation: Mapped[Validation | None] = choice(Validation, _("校验规则"))
    expression: Mapped[Text255 | None] = column(
        _("规则内容"), help=_("取值范围如 0~100，日期格式如 yyyyMMdd，字段比较如 <=应缴金额")
    )
    role: Mapped[Role | None] = choice(Role, _("识别项"), help=_("据以匹配目标企业、确定信息时间的字段"))
    indicator: Mapped[Indicator | None] = reference(
        _("对应征信指标"), where=Indicator.environment == Environment.PRODUCTION
    )

    @rule(code_table)
    def coded(self) -> Text | None:
        return _("代码型字段须指定代码表") if self.type is FieldType.CODE and self.code_table is None else None

    @rule(decimal_places)
    def places_fit(self) -> Text | None:
        too_many = (self.decimal_places or 0) >= (self.length or 2**53)
        return _("小数位数须小于长度") if too_many else None

    @rule(expression)
    def expressed(self) -> Text | None:
        if self.validation is None:
            return _("未选校验规则，不需填写内容") if self.expression else None
        return contents.fault_of(self.type, self.validation, self.expression)

    @rule(role)
    def typed_for_role(self) -> Text | None:
        fits = self.role is None or self.type in structure_rules.OF_ROLE[self.role]
        return None if fits else _("该识别项的字段类型不符：日期应为日期类型，其余应为文本或代码")

    @rule(indicator)
    def typed_for_indicator(self) -> Text | None:
        if self.indicator is None or self.type in structure_rules.OF_INDICATOR[self.indicator.type]:
            return None
        return _("字段类型与指标的类型“%(type)s”不符", type=self.indicator.type.title)


class DataStructureAnalysis(FormModel):
    """数据结构分析表: what a provider's file looks like, field by field, and when it comes (article 16)."""

    __tablename__ = "data_structure_analysis"

    name: Mapped[Text120] = column(_("数据结构名称"))
    subject: Mapped[Name60] = column(_("数据类别"))
    method: Mapped[Method] = choice(Method, _("采集方式"))
    provider: Mapped[ExternalOrganisation | None] = reference(
        _("数据提供单位"), where=PROVIDER, required_when=~when(method, Method.PUBLIC)
    )
    agreement: Mapped[Agreement | None] = reference(
        _("数据采集协议"), within=provider, where=Agreement.kind == AgreementKind.COLLECTION,
        required_when=~when(method, Method.PUBLIC),
    )
    previous: Mapped[DataStructure | None] = reference(
        _("原数据结构"), within=provider, help=_("修订已发布的结构时填写")
    )
    content_agreed: Mapped[LongText | None] = column(
        _("约定采集内容"), full=True, required_when=when(method, Method.MANUAL)
    )
    format: Mapped[FileFormat] = choice(FileFormat, _("文件格式"))
    encoding: Mapped[Encoding] = choice(Encoding, _("字符编码"))
    separator: Mapped[Separator | None] = choice(
        Separator, _("分隔符"), required_when=when(format, FileFormat.CSV, FileFormat.TXT)
    )
    other_separator: Mapped[Code30 | None] = column(_("其他分隔符"), required_when=when(separator, Separator.OTHER))
    quote: Mapped[Quote | None] = choice(
        Quote, _("引号"), required_when=when(format, FileFormat.CSV, FileFormat.TXT)
    )
    header_row: Mapped[YesNo] = column(_("首行为字段名"), default=False)
    compression: Mapped[Compression] = choice(Compression, _("压缩方式"))
    encryption: Mapped[Encryption] = choice(Encryption, _("加密方式"))
    carrier: Mapped[Carrier | None] = choice(Carrier, _("传输载体"), required_when=~when(method, Method.PUBLIC))
    cycle: Mapped[UpdateCycle] = choice(UpdateCycle, _("更新周期"))
    submission_day: Mapped[Ordinal | None] = column(
        _("报送日"), help=_("更新周期内的第几日"), required_when=~when(method, Method.PUBLIC)
    )
    submission_time: Mapped[Clock | None] = column(_("报送时间"), help=_("当日此时前送达"))
    contact: Mapped[Name60 | None] = column(_("提供单位联系人"), required_when=~when(method, Method.PUBLIC))
    contact_phone: Mapped[Phone | None] = column(_("联系电话"))
    published: Mapped[DataStructure | None] = reference(_("发布的数据结构"), computed=True)
    fields: Mapped[list[StructureField]] = lines(_("字段明细"), least=1)

    @rule(provider)
    def public_without_provider(self) -> Text | None:
        public = self.method is Method.PUBLIC and self.provider is not None
        return _("公开渠道采集没有数据提供单位") if public else None

    @rule(agreement)
    def agreement_in_force(self) -> Text | None:
        return lapsed(self.agreement, today()) if self.agreement is not None else None

    @rule(carrier)
    def carrier_of_deliveries(self) -> Text | None:
        return _("异议更正不是约定报送的载体") if self.carrier is Carrier.CORRECTION else None

    @rule(encryption)
    def encrypted_on_the_line(self) -> Text | None:
        plain = self.method is Method.NETWORK and self.encryption is Encryption.NONE
        return _("联网采集的文件须加密后传输") if plain else None

    @rule(fields)
    def fields_fit(self) -> Text | None:
        return structure_rules.fault_of(self.fields, self.format)

    @rule(other_separator)
    def separates(self) -> Text | None:
        quote = {Quote.DOUBLE: '"', Quote.SINGLE: "'"}.get(self.quote) if self.quote else None
        wrong = any(char.isalnum() or char == quote for char in self.other_separator or "")
        return _("分隔符不能含有字母、数字或引号") if wrong else None

    __form__ = Form(
        code="1", title=_("数据结构分析表"), articles=("16.1.1.1", "16.1.1.2", "16.1.2.1", "16.1.2.2", "16.1.3.1"),
        makers=(Position.DATA_MANAGER,),
        columns=(name, provider, method, format, cycle, published),
        filters=(provider, method, format, cycle), summary=(name, provider, method),
        groups=(
            Group(
                _("一、数据来源"), (name, subject, method, provider, agreement, previous, content_agreed), "16.1.1.1"
            ),
            Group(
                _("二、文件格式"),
                (format, encoding, separator, other_separator, quote, header_row, compression, encryption), "16.1.1.2",
            ),
            Group(
                _("三、报送约定"), (carrier, cycle, submission_day, submission_time, contact, contact_phone), "16.1.1.2"
            ),
            Group(_("四、发布"), (published,)),
        ),
        readers=(Position.IT_STAFF, Position.COLLECTION_REVIEWER, Position.DATA_ENTRY, Position.COLLECTION_HEAD,
                 Position.ARCHIVIST),
        chain=Chain(
            Countersign("agree", by=Position.COLLECTOR, label=_("采集员会签"), article="16.1.1.2",
                        hint=_("核对文件格式、载体、报送时间和更新周期与提供单位商定的一致")),
            Check("review", by=Position.DATA_MANAGER, label=_("数据管理员复核"), verb=_("复核通过"), differs=("agree",),
                  control=True, hint=_("对照提供单位的样例文件逐个核对字段")),
            Check("approve", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), differs=("agree", "review"),
                  control=True, hint=_("批准后发布为数据结构的新版本，导入和装载均按此版本")),
        ),
        effects=(Effect("publish_structure", _("发布数据结构新版本，旧版本仍可查阅")),),
    )
