"""A condition in plain words: `kind = 'request' and site <> 'Leeds'` is "kind is request and site is not Leeds"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from keepscore.engine.contract.condition_tree import (
    And,
    Arithmetic,
    Between,
    Column,
    Compare,
    ConditionError,
    DatePart,
    In,
    IsNull,
    Like,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
    Truth,
)
from keepscore.engine.contract.conditions import parse
from keepscore.web.figures import listed

_ORDER = {
    "=": gettext_noop("%(left)s is %(right)s"), "<>": gettext_noop("%(left)s is not %(right)s"),
    "<": gettext_noop("%(left)s is below %(right)s"), "<=": gettext_noop("%(left)s is at most %(right)s"),
    ">": gettext_noop("%(left)s is above %(right)s"), ">=": gettext_noop("%(left)s is at least %(right)s"),
}  # fmt: skip
_IN_TIME = {
    "<": gettext_noop("%(left)s is before %(right)s"), "<=": gettext_noop("%(left)s is no later than %(right)s"),
    ">": gettext_noop("%(left)s is after %(right)s"), ">=": gettext_noop("%(left)s is no earlier than %(right)s"),
}  # fmt: skip


def in_words(text: str) -> str:
    """The condition in words; as written, where it cannot be read."""
    try:
        return _say(parse(text).tree)
    except ConditionError:
        return text


def column_in_words(name: str) -> str:
    """opened_at is "opened", no_access is "no access"."""
    return name.removesuffix("_at").replace("_", " ")


def _say(node: Node) -> str:
    return _SAY[type(node)](node)


def _joined(node: And | Or, word: str) -> str:
    parts = [f"({_say(item)})" if isinstance(item, (And, Or)) else _say(item) for item in node.items]
    return f" {word} ".join(parts)


def _compare(node: Compare) -> str:
    sides = {"left": _say(node.left), "right": _say(node.right)}
    if node.op in _IN_TIME and any(isinstance(side, Column) and side.name.endswith("_at") for side in (node.left, node.right)):
        return _(_IN_TIME[node.op]) % sides
    return _(_ORDER[node.op]) % sides


def _in(node: In) -> str:
    options = [_say(option) for option in node.options]
    return _("%(item)s is %(options)s") % {"item": _say(node.item), "options": listed(options[:-1]) + _(" or ") + options[-1]
                                           if len(options) > 1 else options[0]}  # fmt: skip


def _not(node: Not) -> str:
    if isinstance(node.item, IsNull):
        return _("%(item)s is given") % {"item": _say(node.item.item)}
    return _("not (%(condition)s)") % {"condition": _say(node.item)}


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


_SAY: dict[type[Node], Callable[..., str]] = {
    Column: lambda n: column_in_words(n.name), Text: lambda n: n.value, Number: lambda n: _number(n.value),
    Truth: lambda n: _("yes") if n.value else _("no"), Negative: lambda n: f"\u2212{_say(n.item)}",
    Arithmetic: lambda n: f"{_say(n.left)} {n.op} {_say(n.right)}",
    DatePart: lambda n: _("the %(part)s of %(item)s") % {"part": n.part, "item": _say(n.item)},
    Compare: _compare, In: _in, Not: _not, And: lambda n: _joined(n, _("and")), Or: lambda n: _joined(n, _("or")),
    Between: lambda n: _("%(item)s is from %(low)s to %(high)s") % {"item": _say(n.item), "low": _say(n.low), "high": _say(n.high)},
    Like: lambda n: _("%(item)s reads like %(pattern)s") % {"item": _say(n.item), "pattern": n.pattern},
    IsNull: lambda n: _("%(item)s is blank") % {"item": _say(n.item)},
}  # fmt: skip
