"""What signers write: by kind of step."""

from app.engine.chain import Kind
from app.engine.fields import StepSpec

OPINIONS: dict[Kind, tuple[str | None, ...]] = {
    Kind.CHECK: ("同意。", "经核对，情况属实，同意。", "材料齐全，同意办理。", "同意，请按期办理。"),
    Kind.SIGN: ("属实，签字确认。", "已核对，签字。", None),
    Kind.RECEIVE: ("已核对，签收。", "份数与清单一致，签收。", None),
    Kind.FILL: (None, "已据实填写。"),
    Kind.COUNTERSIGN: ("同意。", "与商定内容一致，同意。"),
    Kind.AUTHORISE: ("当面验证，同意。", "同意授权。"),
    Kind.EXECUTE: ("已办理。", None, "已按要求执行。"),
    Kind.COPY: (None,),
}
RETURNS = (
    "所附材料缺一页，请补齐后再报。",
    "数量与清单不符，请核对后重新提交。",
    "理由写得过于简单，请补充具体情况。",
    "日期有误，请改正。",
)


def opinion_of(step: StepSpec, number: int) -> str | None:
    """An opinion on a step that is passed, by turns; some write none."""
    found = OPINIONS[step.kind]
    return found[number % len(found)]
