"""References in the procedure's own words."""

from app.procedure.book import find_article, title_of
from app.procedure.model import Requirement, parse
from app.procedure.numbering import chinese_number


def cite(ref: str) -> str:
    """第十六条（一）1 for 16.1.1, 第三十九条至第四十七条 for 39-47; raises UnknownReference."""
    if "-" in ref:
        return "至".join(cite(end) for end in ref.split("-", 1))
    article = find_article(ref)
    below = zip(article.numbering, parse(ref)[1:], strict=False)
    return f"第{chinese_number(article.number)}条" + "".join(style.mark(number) for style, number in below)


def heading(ref: str) -> str:
    """第十六条（一）1 联网采集: the citation with its short title; raises UnknownReference."""
    return f"{cite(ref)} {title_of(ref)}"


def cite_requirement(row: Requirement) -> str:
    """第二十八条、第三十一条; empty for the rows of all chapters."""
    return "、".join(map(cite, row.articles))
