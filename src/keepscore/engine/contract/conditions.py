"""The condition language: text to a typed tree, with a short list of what is allowed.

Allowed: comparisons, and / or / not, in, is [not] null, [not] between, [not] like, + - * / on numbers,
date_part('hour' | 'day' | 'weekday' | 'month' | 'year', moment), true, false, texts, numbers and column names.
sqlglot reads the grammar; every word that is not an operator above is handed to it as a plain name, so that no
other part of SQL exists here. What is not on the list is refused with its position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import sqlglot.expressions as sql
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokens import Token, Tokenizer, TokenType  # type: ignore[attr-defined]

from keepscore.engine.contract.binding import bind
from keepscore.engine.contract.condition_tree import (
    PARTS,
    And,
    Arithmetic,
    Between,
    Column,
    Compare,
    Condition,
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

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "Condition", "ConditionError", "bind", "parse"]

MAX_LENGTH = 2_000
MAX_DEPTH = 50
ALLOWED = "comparisons, and, or, not, in, is null, between, like, + - * / on numbers and date_part"

_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_WORDS = {
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IN, TokenType.IS, TokenType.NULL, TokenType.BETWEEN,
    TokenType.LIKE, TokenType.TRUE, TokenType.FALSE,
}
_SIGNS = {
    TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.PLUS,
    TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA,
}
_QUOTED = {TokenType.STRING, TokenType.IDENTIFIER}
_LEAVES = _QUOTED | {TokenType.VAR, TokenType.NUMBER, TokenType.TRUE, TokenType.FALSE, TokenType.NULL}
_COMPARISONS = {sql.EQ: "=", sql.NEQ: "<>", sql.LT: "<", sql.LTE: "<=", sql.GT: ">", sql.GTE: ">="}
_OPERATIONS = {sql.Add: "+", sql.Sub: "-", sql.Mul: "*", sql.Div: "/"}


def parse(text: str) -> Condition:
    """Text to a condition whose columns are not yet checked. Raises ConditionError with the position."""
    if not text.strip():
        raise ConditionError("a condition is empty; write one such as priority = 'P1'", 1)
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"a condition has at most {MAX_LENGTH:,} characters, this one has {len(text):,}", MAX_LENGTH + 1)
    tokens = _tokens(text)
    _check_depth(tokens)
    reader = _Reader(text, [token for token in tokens if token.token_type in _LEAVES])
    tree = reader.whole(_grammar(text, tokens))
    return Condition(text=text, tree=tree, columns=frozenset(n.name for n in tree.walk() if isinstance(n, Column)))


def _tokens(text: str) -> list[Token]:
    try:
        found = Tokenizer().tokenize(text)
    except TokenError as error:
        raise ConditionError("a quote is opened and never closed", _last_quote(text)) from error
    tokens = []
    for index, token in enumerate(found):
        if token.comments:
            raise ConditionError("comments have no place in a condition", token.start + 1)
        tokens.append(_plain(token, text[token.start : token.end + 1]))
        if token.token_type is TokenType.L_PAREN and index and tokens[index - 1].token_type is TokenType.VAR:
            _check_function(tokens[index - 1])
    return tokens


def _last_quote(text: str) -> int:
    return max(text.rfind("'"), text.rfind('"'), 0) + 1


def _plain(token: Token, written: str) -> Token:
    """The token itself where it is on the list, a plain name for every other word."""
    kind = token.token_type
    if kind is TokenType.EQ and token.text != "=":
        raise ConditionError(f"{token.text} is not known here; write =", token.start + 1)
    if kind in _WORDS | _SIGNS | _QUOTED:
        return token
    if kind is TokenType.NUMBER:
        if not _NUMBER.fullmatch(token.text):
            raise ConditionError("write a number as digits, at most 15 before the point and 9 after it", token.start + 1)
        return token
    if _NAME.fullmatch(written):
        return Token(TokenType.VAR, written, token.line, token.col, token.start, token.end)
    raise ConditionError(f"{_shown(written)} has no place in a condition; it knows {ALLOWED}", token.start + 1)


def _check_function(token: Token) -> None:
    if token.text != "date_part":
        raise ConditionError(f"the function {_shown(token.text)} is not known; the only one is date_part", token.start + 1)


def _check_depth(tokens: Sequence[Token]) -> None:
    """Count what nests before the recursive parser sees it: parentheses, and runs of not and minus."""
    depth = run = 0
    for token in tokens:
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif token.token_type is TokenType.R_PAREN:
            depth -= 1
        run = run + 1 if token.token_type in (TokenType.NOT, TokenType.DASH) else 0
        if depth + run > MAX_DEPTH:
            raise ConditionError(f"a condition nests at most {MAX_DEPTH} deep", token.start + 1)


def _grammar(text: str, tokens: list[Token]) -> sql.Expr:
    try:
        trees = Parser().parse(tokens, text)
    except ParseError as error:
        raise ConditionError(f"this cannot be read as a condition; it knows {ALLOWED}", _where(error, tokens)) from error
    if len(trees) != 1 or trees[0] is None:
        raise ConditionError("write one condition", 1)
    return trees[0]


def _where(error: ParseError, tokens: Sequence[Token]) -> int:
    first: dict[str, Any] = error.errors[0] if error.errors else {}
    for token in tokens:
        if (token.line, token.col) == (first.get("line"), first.get("col")):
            return token.start + 1
    return tokens[-1].start + 1


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


class _Reader:
    """Turns the parser's tree into ours, left to right, taking each leaf's position from its token.

    Every leaf must be the next token and all must be used: nothing that was written can get lost on the way.
    """

    def __init__(self, text: str, leaves: list[Token]) -> None:
        self._text, self._leaves, self._next, self._depth = text, leaves, 0, 0
        self._readers: dict[type[sql.Expr], Callable[[Any], Node]] = {
            sql.Column: self._column, sql.Literal: self._literal, sql.Boolean: self._truth, sql.Paren: self._paren,
            sql.Neg: self._negative, sql.Anonymous: self._date_part, sql.Between: self._between, sql.In: self._in,
            sql.Like: self._like, sql.Is: self._is, sql.Not: self._not, sql.And: self._chain, sql.Or: self._chain,
            **dict.fromkeys(_COMPARISONS, self._compare), **dict.fromkeys(_OPERATIONS, self._arithmetic),
        }

    def whole(self, tree: sql.Expr) -> Node:
        node = self._read(tree)
        if self._next != len(self._leaves):
            raise self._unknown()
        return node

    @property
    def _position(self) -> int:
        at = self._leaves[min(self._next, len(self._leaves) - 1)] if self._leaves else None
        return at.start + 1 if at is not None else 1

    def _unknown(self) -> ConditionError:
        return ConditionError(f"this has no place in a condition; it knows {ALLOWED}", self._position)

    def _too_many(self, word: str) -> ConditionError:
        """Two things side by side: to the grammar the second names the first."""
        at = next((leaf for leaf in reversed(self._leaves) if leaf.text == word), None)
        message = f"{_shown(word)} is one thing too many; between two things comes an operator such as = or and"
        return ConditionError(message, at.start + 1 if at is not None else self._position)

    def _read(self, tree: Any) -> Node:
        reader = self._readers.get(type(tree))
        if isinstance(tree, sql.Alias):
            raise self._too_many(tree.alias)
        if reader is None:
            raise self._unknown()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"a condition nests at most {MAX_DEPTH} deep", self._position)
        node = reader(tree)
        self._depth -= 1
        return node

    def _only(self, tree: sql.Expr, *names: str) -> None:
        """Refuse a node that carries more than we know how to mean."""
        if any(value for name, value in tree.args.items() if name not in names):
            raise self._unknown()

    def _take(self, text: str) -> int:
        if self._next >= len(self._leaves) or self._leaves[self._next].text.lower() != text.lower():
            raise self._unknown()
        self._next += 1
        return self._leaves[self._next - 1].start + 1

    def _column(self, tree: sql.Column) -> Node:
        self._only(tree, "this")
        if not isinstance(tree.this, sql.Identifier):
            raise self._unknown()
        return Column(tree.name, position=self._take(tree.name))

    def _literal(self, tree: sql.Literal) -> Node:
        position = self._take(tree.this)
        return Text(tree.this, position=position) if tree.is_string else Number(Decimal(tree.this), position=position)

    def _truth(self, tree: sql.Boolean) -> Node:
        return Truth(bool(tree.this), position=self._take("true" if tree.this else "false"))

    def _paren(self, tree: sql.Paren) -> Node:
        self._only(tree, "this")
        return self._read(tree.this)

    def _negative(self, tree: sql.Neg) -> Node:
        return Negative(position=self._position, item=self._read(tree.this))

    def _date_part(self, tree: sql.Anonymous) -> Node:
        position = self._take("date_part")
        wanted = "write date_part('hour', opened_at); the parts are " + ", ".join(PARTS)
        if len(tree.expressions) != 2 or not isinstance(tree.expressions[0], sql.Literal):
            raise ConditionError(wanted, position)
        name, part_at = tree.expressions[0].this, self._take(tree.expressions[0].this)
        for part in PARTS:
            if part == name:
                return DatePart(part, self._read(tree.expressions[1]), position=position)
        raise ConditionError(wanted, part_at)

    def _between(self, tree: sql.Between) -> Node:
        self._only(tree, "this", "low", "high")
        position = self._position
        return Between(self._read(tree.this), self._read(tree.args["low"]), self._read(tree.args["high"]), position=position)

    def _in(self, tree: sql.In) -> Node:
        self._only(tree, "this", "expressions")
        position, item = self._position, self._read(tree.this)
        if not tree.expressions:
            raise ConditionError("in needs at least one value in its brackets", position)
        return In(item, tuple(self._read(option) for option in tree.expressions), position=position)

    def _like(self, tree: sql.Like) -> Node:
        self._only(tree, "this", "expression", "negate")
        position, item, pattern = self._position, self._read(tree.this), self._read(tree.expression)
        if not isinstance(pattern, Text) or "\\" in pattern.value:
            raise ConditionError("like takes a text in quotes, with % and _ and without backslash", pattern.position)
        node = Like(item, pattern.value, position=position)
        return Not(node, position=position) if tree.args.get("negate") else node

    def _is(self, tree: sql.Is) -> Node:
        self._only(tree, "this", "expression")
        position, item = self._position, self._read(tree.this)
        if not isinstance(tree.expression, sql.Null):
            raise ConditionError("after is comes null or not null; compare other things with =", self._position)
        self._take("null")
        return IsNull(item, position=position)

    def _not(self, tree: sql.Not) -> Node:
        position = self._position
        return Not(self._read(tree.this), position=position)

    def _chain(self, tree: sql.And | sql.Or) -> Node:
        """`a and b and c` is one node of three: only brackets and other operators nest."""
        kind, parts = type(tree), []
        while type(tree) is kind:
            self._only(tree, "this", "expression")
            parts.append(tree.expression)
            tree = tree.this
        position = self._position
        items = tuple(self._read(part) for part in (tree, *reversed(parts)))
        return And(items, position=position) if kind is sql.And else Or(items, position=position)

    def _compare(self, tree: sql.Binary) -> Node:
        self._only(tree, "this", "expression")
        position, left = self._position, self._read(tree.this)
        if isinstance(tree.expression, sql.Null):
            raise ConditionError("nothing equals null; write is null or is not null", self._position)
        return Compare(_COMPARISONS[type(tree)], left, self._read(tree.expression), position=position)  # type: ignore[arg-type]

    def _arithmetic(self, tree: sql.Binary) -> Node:
        self._only(tree, "this", "expression")
        position, left = self._position, self._read(tree.this)
        return Arithmetic(_OPERATIONS[type(tree)], left, self._read(tree.expression), position=position)  # type: ignore[arg-type]
