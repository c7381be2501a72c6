"""The operating procedure (征信业务操作规程) as data: articles, citations, requirement rows and their coverage."""

from app.procedure.book import (
    articles,
    chapters,
    find_article,
    find_requirement,
    knows_article,
    requirements,
    title_of,
)
from app.procedure.citing import cite, cite_requirement, heading
from app.procedure.model import Article, Chapter, Item, Requirement, UnknownReference
from app.procedure.numbering import Numbering, chinese_number
from app.procedure.rows import row_for, rows_for

__all__ = [
    "Article",
    "Chapter",
    "Item",
    "Numbering",
    "Requirement",
    "UnknownReference",
    "articles",
    "chapters",
    "chinese_number",
    "cite",
    "cite_requirement",
    "find_article",
    "find_requirement",
    "heading",
    "knows_article",
    "requirements",
    "row_for",
    "rows_for",
    "title_of",
]
