"""The picture of duties as a workbook: positions with people and permissions, steps with people, findings."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from app.screens import books
from app.screens.duty_matrix import Matrix
from app.screens.duty_picture import Block, Post
from app.screens.translating import gettext as _
from app.workflow.duties import Finding

Line = dict[str, str]


def book(blocks: Sequence[Block], forms: Sequence[Matrix], found: Sequence[Finding]) -> BytesIO:
    """The workbook; every cell is text, so that nothing in it is ever run."""
    sheets = [
        (_("岗位与权限"), list(picture_lines(blocks))), (_("单据与环节"), list(matrix_lines(forms))),
        (_("冲突与缺口"), list(finding_lines(found))),
    ]
    return books.book([(name, list(lines[0]), [list(one.values()) for one in lines]) for name, lines in sheets])


def picture_lines(blocks: Sequence[Block]) -> Iterator[Line]:
    """A row for each form of each person of each position."""
    empty = True
    for block in blocks:
        for post in block.posts:
            for person, username, problem in people_of(post):
                for form, words in forms_of(post):
                    empty = False
                    place = (block.organisation, str(block.title), str(post.title), post.role)
                    yield picture_line(*place, person, username, form, words, problem)
    if empty:
        yield picture_line(*[""] * 9)


def picture_line(*cells: str) -> Line:
    """A row of the first sheet."""
    headers = [_("机构"), _("部门"), _("岗位"), _("角色"), _("姓名"), _("用户名"), _("单据"), _("可以"), _("问题")]
    return dict(zip(headers, cells, strict=True))


def people_of(post: Post) -> list[tuple[str, str, str]]:
    """Names and user names of a position, with what is wrong; one empty for a position without anybody."""
    found = [
        (one.person.name, one.person.username, "；".join(str(each.what) for each in (*post.findings, *one.findings)))
        for one in post.people
    ]
    return found or [("", "", "；".join(str(each.what) for each in post.findings))]


def forms_of(post: Post) -> list[tuple[str, str]]:
    """Forms of a position with what may be done; one empty for a role without any."""
    found = [(f"{one.spec.prefix} {one.spec.title}", "、".join(str(word) for word in one.words)) for one in post.permitted]
    return found or [("", "")]


def matrix_lines(forms: Sequence[Matrix]) -> Iterator[Line]:
    """A row for each step of each form."""
    rows: list[tuple[str, ...]] = [
        (f"{form.spec.prefix} {form.spec.title}", str(row.label), row.positions, "、".join(one.name for one in row.people),
         row.differs, "；".join(str(one.what) for one in row.findings))
        for form in forms for row in form.rows
    ]
    headers = [_("单据"), _("环节"), _("岗位"), _("可办理的人"), _("须不同于"), _("问题")]
    for cells in rows or [("",) * len(headers)]:
        yield dict(zip(headers, cells, strict=True))


def finding_lines(found: Sequence[Finding]) -> Iterator[Line]:
    """A row for each finding."""
    headers = [_("编号"), _("级别"), _("位置"), _("人员"), _("问题"), _("处理办法")]
    rows: list[tuple[str, ...]] = [
        (one.code, str(one.severity.words), str(one.where), one.names, str(one.what), str(one.hint)) for one in found
    ]
    for cells in rows or [("",) * len(headers)]:
        yield dict(zip(headers, cells, strict=True))
