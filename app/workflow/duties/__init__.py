"""Duties (岗位职责): organisation, positions, roles and permissions as one picture, with conflicts and gaps marked.

Article 74, security 1, 6 and 11. The model is pure: `findings(catalogue, holdings)`; `load_holdings` reads the database.
"""

from app.workflow.duties.checking import findings, introduced, marked
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.guarding import (
    AccountChange,
    Change,
    DelegationAdded,
    RoleChange,
    RoleRemoved,
    findings_after,
    guard_change,
    in_words,
    may_delegate,
)
from app.workflow.duties.holdings import Holdings, Pair, Person
from app.workflow.duties.loading import load_holdings

__all__ = [
    "AccountChange",
    "Change",
    "DelegationAdded",
    "Finding",
    "Holdings",
    "Pair",
    "Person",
    "RoleChange",
    "RoleRemoved",
    "Severity",
    "findings",
    "findings_after",
    "guard_change",
    "in_words",
    "introduced",
    "load_holdings",
    "marked",
    "may_delegate",
]
