"""The words that come with evidence: what is in the pack, and how it is checked."""

from typing import Any

from app.clock import now
from app.engine.spec import FormSpec
from app.engine.text import msgid
from app.evidence.agreeing import Wrong

AGREES = "一致：按内容重新计算的摘要、单据上的摘要与审计日志最后一次改动留下的摘要相同"
DIFFERS = {
    Wrong.CONTENT: "不一致！按内容重新计算的摘要与单据上的摘要不同，内容被绕过系统改动过",
    Wrong.DIGEST: "不一致！单据上的摘要与审计日志最后一次改动留下的摘要不同，单据被绕过系统改动过",
    Wrong.UNKNOWN: "不一致！审计日志中没有本单据的记录，单据不是由系统建立的",
}
"""What the comparison with the record gave."""

TEXT = """{title}　{number}　证据包

提取时间：{moment}　提取人：{who}（本次提取已记入审计日志）
单据版本：第 {version} 版
单据摘要（SHA-256）：{digest}
与审计日志核对：{agreement}

一、内容
  {number}.pdf        单据的打印件，各联齐全，页脚印有摘要
  attachments/        全部附件（{files} 个），原名和校验值见 attachments.csv
  trail.json、.csv    签批记录：谁、何时、以何岗位、对哪一版（版本和摘要）作了何决定
  log.json、.csv      审计日志中本单据的全部记录（{entries} 条），含前一条摘要（previous）和本条摘要（digest）
  SHA256SUMS          以上每个文件的 SHA-256

二、怎样核对
  1. 文件是否完整：在解压后的文件夹中运行
       sha256sum -c SHA256SUMS            （Linux、macOS）
       Get-FileHash -Algorithm SHA256 *   （Windows PowerShell，逐个与 SHA256SUMS 比较）
  2. 附件是否为原件：attachments.csv 的 sha256 应与 SHA256SUMS 中同名文件一致，也与 log 中“附件”一条的 sha256 一致。
  3. 签批是否针对本单据：trail 每条的 digest 是签批人办理时所见内容的摘要；办理时填写和系统补填的内容，
     逐项列在 log 中同一次签批的 detail（changes，旧值、新值），办理后的摘要是其中的 sealed。
     因此每条 trail 的 digest 应等于上一条 log 的 sealed，最后一个 sealed 应等于上面的单据摘要。
  4. 记录是否未被改动：由系统管理员在服务器上运行
       flask --app app audit verify
       flask --app app audit documents    （全部单据与审计日志核对）
     它用不在数据库中的密钥逐条重算全部记录，并与库外保存的链头（audit_head、audit_heads.log）比较；
     再看本包 log 中的 id、digest 与系统审计日志中的同一条是否一致。
  身份证件号码等敏感内容在日志中已遮盖，属正常。
"""


def readme(spec: FormSpec, document: Any, who: str, files: int, entries: int, wrong: Wrong | None) -> bytes:
    """The text, as Windows opens it too; `wrong`: how the document disagrees with the record."""
    text = TEXT.format(
        title=msgid(spec.title), number=document.number, moment=f"{now():%Y-%m-%d %H:%M:%S}", who=who, version=document.version,
        digest=document.digest, files=files, entries=entries, agreement=DIFFERS[wrong] if wrong else AGREES,
    )
    return text.replace("\n", "\r\n").encode("utf-8-sig")
