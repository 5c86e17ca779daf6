"""Template tags and filters of every page: words in the reader's language, drawn marks, small components."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.template import Library, Node
from django.template.base import Parser, Token, Variable
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from keepscore.web import icons, nav, words

register = Library()

register.filter("number", words.number)
register.filter("signed", words.signed)
register.filter("percent", words.percent)
register.filter("tenths", words.tenths)
register.filter("duration", words.duration)
register.filter("day_long", words.day_long)
register.filter("weekday", words.weekday)
register.filter("moment", words.moment)
register.filter("in_days", words.in_days)
register.filter("days_between", words.days_between)


@register.filter
def day(at: date | datetime | None) -> str:
    return words.day(at)


@register.filter
def day_year(at: date | datetime | None) -> str:
    return words.day(at, year=True)


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """`mapping|get:key`, None where it is not there."""
    return None if mapping is None else mapping.get(key)


class Said(Node):
    """A fixed sentence, looked up once a language; a page says dozens of them."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self.node = node
        self.found: dict[str | None, SafeString] = {}

    def render(self, context: Any) -> SafeString:
        language = get_language()
        if language not in self.found:
            self.found[language] = self.node.render(context)
        return self.found[language]


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """Django's own, which looks the same words up at each drawing."""
    node: TranslateNode = do_translate(parser, token)
    said = node.filter_expression
    is_fixed = isinstance(said.var, Variable) and said.var.literal is not None and not said.filters
    return Said(node) if is_fixed and not node.asvar and not node.message_context else node


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    return mark_safe(icons.icon(name, size))


@register.simple_tag
def status(state: str, word: Any, strong: bool | None = None) -> SafeString:
    """A shape and a word: met, missed, warning, no records, too few, done, on time, late, proposed, guess, frozen, draft, ..."""
    drawing, classes = icons.STATES[state]      # long lists have one in each row: a template for each would cost more than the rest
    return mark_safe(f'<span class="st {classes}">{icons.icon(drawing)}{conditional_escape(word)}</span>\n')


@register.simple_tag
def grade(letter: str | None, score_tenths: int | None = None, none: Any = "") -> SafeString:
    """A letter with its score, or why there is none."""
    if not letter:
        return mark_safe(f'<span class="mut sm">{conditional_escape(none or gettext("not graded"))}</span>\n')
    score = "" if score_tenths is None else f' <span class="gv">{words.tenths(score_tenths)}</span>'
    return mark_safe(f'<span class="grade">{conditional_escape(letter)}</span>{score}\n')


@register.inclusion_tag("web/components/big_grade.html")
def big_grade(label: Any, letter: str | None, score_tenths: int | None = None, side: str = "ours", none: Any = "") -> dict[str, Any]:
    """The grade in a page head; `side` is ours or client."""
    return {"label": label, "letter": letter, "score": score_tenths, "side": "cl" if side == "client" else "ou", "none": none}


@register.inclusion_tag("web/components/note.html")
def note(kind: str, strong: Any, rest: Any = "", url: str = "", link: Any = "") -> dict[str, Any]:
    """One thing to know: kind is plain, warn or bad."""
    return {"kind": kind, "strong": strong, "rest": rest, "url": url, "link": link}


@register.inclusion_tag("web/components/steps.html")
def steps(names: list[Any], current: int, label: Any) -> dict[str, Any]:
    """The steps of a task, from 1; those before the current one are done."""
    return {"steps": tuple(enumerate(names, 1)), "current": current, "label": label}


@register.inclusion_tag("web/components/facts.html")
def facts(rows: Any, total: tuple[Any, Any] | None = None) -> dict[str, Any]:
    """Name and value, one a line: rows of (name, value) or (name, value, url)."""
    return {"rows": [(*row, "")[:3] for row in rows], "total": total}


@register.inclusion_tag("web/components/empty.html")
def empty(title: Any, text: Any = "", url: str = "", action: Any = "", other_url: str = "", other: Any = "") -> dict[str, Any]:
    """Why nothing is here, and the one next step."""
    return {"title": title, "text": text, "url": url, "action": action, "other_url": other_url, "other": other}


@register.inclusion_tag("web/components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any) -> dict[str, Any]:
    """Links to the pages before and after; `page` is a django.core.paginator.Page."""
    links = {"before": page.previous_page_number() if page.has_previous() else None,
             "after": page.next_page_number() if page.has_next() else None}
    return {"page": page, **{name: at and query(context, page=at) for name, at in links.items()}}


@register.inclusion_tag("web/components/chips.html", takes_context=True)
def chips(context: Mapping[str, Any], name: str, options: Any, current: Any, label: Any) -> dict[str, Any]:
    """Filters with their counts: options of (value, word, count) or (value, word, count, icon); "" is everything."""
    made = [{"value": value, "word": word, "count": count, "icon": more[0] if more else "", "is_on": (value or "") == (current or ""),
             "url": query(context, **{name: value, "page": None})} for value, word, count, *more in options]
    return {"options": made, "label": label}


@register.inclusion_tag("web/components/sort_head.html", takes_context=True)
def sort_head(context: Mapping[str, Any], key: str, word: Any, current: str, classes: str = "") -> dict[str, Any]:
    """A sortable column's `th`; the address says `sort=key`, or `sort=-key` when it is pressed again."""
    order = "ascending" if current == key else "descending" if current == f"-{key}" else ""
    url = query(context, sort=f"-{key}" if order == "ascending" else key, page=None)
    return {"word": word, "order": order, "url": url, "classes": classes}


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """This page's address with some of its query changed; None or "" takes a name away."""
    kept = [(name, value) for name, values in context["request"].GET.lists() for value in values if name not in changes]
    changed = [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    return "?" + urlencode(kept + changed)


@register.inclusion_tag("web/components/field.html")
def field(bound: Any, classes: str = "") -> dict[str, Any]:
    """A form field with label, help and error, joined for who hears the page."""
    return {"field": bound, "classes": classes, "is_choice": _is_choice(bound), "is_group": bound.use_fieldset}


@register.inclusion_tag("web/components/errors.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """The box on top of a form that lists what stops you, each a link to its field."""
    found = []
    for form in forms:
        if form is None or not form.errors:
            continue
        found += [("", error) for error in form.non_field_errors()]
        found += [(_first_id(bound), f"{bound.label}: {error}") for bound in form for error in bound.errors]
    return {"found": found}


@register.simple_tag(takes_context=True)
def client_links(context: Mapping[str, Any], client: Any) -> dict[str, Any]:
    """The tabs of a client, and the clients before and after it."""
    request = context["request"]
    before, after = nav.neighbours(request.user, client)
    tabs = nav.client_tabs.links(request.user, client, path=request.path_info, args=(client.slug,))
    return {"tabs": tabs, "before": before, "after": after}


def _is_choice(bound: Any) -> bool:
    return getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset


def _first_id(bound: Any) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset and bound.auto_id else str(bound.id_for_label or bound.auto_id)
