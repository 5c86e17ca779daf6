"""Mapping files with faults: here `row` is the line of the mapping and `column` the key."""

from __future__ import annotations

from corpus import GOOD, MAPPING, Case, text

CONTENT = text([GOOD])
LAUGHS = "a: &a [x, x]\n" + "".join(f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(9))


def cases() -> list[Case]:
    return [Case(f"mapping: {name}", CONTENT, tuple(errors), mapping=mapping) for name, mapping, *errors in _faults()]


def _with(line: str) -> str:
    return MAPPING + line + "\n"


def _faults() -> list[tuple]:  # type: ignore[type-arg]
    aliased = MAPPING.replace("client: client", "client: &c client").replace("function: function", "function: *c")
    last = len(MAPPING.splitlines()) + 1
    return [
        ("nothing", "", ("schema", 1, "")),
        ("a text", "hello", ("schema", 1, "")),
        ("a list", "- a\n- b\n", ("schema", 1, "")),
        ("no keepscore", MAPPING.replace("keepscore: 1\n", ""), ("schema", 1, "keepscore")),
        ("another version", MAPPING.replace("keepscore: 1", "keepscore: 2"), ("schema", 1, "keepscore")),
        ("an unknown key", _with("colour: blue"), ("schema", last, "colour")),
        ("an unknown key in a field", MAPPING.replace("type: text", "kind: text"), ("schema", 15, "fields.note.kind")),
        ("an unknown type", MAPPING.replace("type: text", "type: money"), ("schema", 15, "fields.note.type")),
        ("no client", MAPPING.replace("  client: client\n", ""), ("schema", 1, "")),
        ("two origins", MAPPING.replace("client: client", "client: {column: client, constant: x}"), ("schema", 7, "fields.client")),
        ("a type of its own", MAPPING.replace("client: client", "client: {column: client, type: text}"), ("schema", 1, "")),
        ("a format that is none", _with('dates: "%Q"'), ("schema", last, "dates")),
        ("a format without a year", _with('dates: "%d/%m"'), ("schema", last, "dates")),
        ("an unknown zone", MAPPING.replace("Europe/London", "Mars/Olympus"), ("schema", 3, "timezone")),
        ("a zone that climbs", MAPPING.replace("Europe/London", "../../etc/passwd"), ("schema", 3, "timezone")),
        ("an unknown encoding", _with("encoding: rot13"), ("schema", last, "encoding")),
        ("a codec that is no encoding", _with("encoding: zlib"), ("schema", last, "encoding")),
        ("a long delimiter", _with('delimiter: "||"'), ("schema", last, "delimiter")),
        ("a quote as delimiter", _with("delimiter: '\"'"), ("schema", last, "delimiter")),
        ("an unknown format", _with("format: ods"), ("schema", last, "format")),
        ("events without order", _with("rows: event"), ("schema", 1, "")),
        ("a joined file elsewhere", _with("join: {file: ../secret.csv, on: id}"), ("schema", last, "join[0].file")),
        ("a further column named as SQL", MAPPING.replace("note: {", '"a; drop": {'), ("schema", 1, "")),
        ("two faults", _with("colour: blue\nformat: ods"), ("schema", last, "colour"), ("schema", last + 1, "format")),
        ("a key twice", _with("source: again"), ("duplicate_mapping_key", last, "source")),
        ("a field twice", MAPPING.replace("  function:", "  client: x\n  function:"), ("duplicate_mapping_key", 8, "fields.client")),
        ("a tag that runs code", _with('earliest: !!python/object/apply:os.system ["true"]'), ("yaml_tag", last, "")),
        ("a tag of its own", _with("earliest: !secret x"), ("yaml_tag", last, "")),
        ("a billion laughs", LAUGHS + MAPPING, ("alias_bomb", 2, "b")),
        ("an alias", aliased, ("alias_bomb", 8, "fields")),
        ("lists without end", "a: " + "[" * 100_000, ("depth", 1, "a[0][0]")),
        ("mappings without end", "".join(f"{' ' * at}a:\n" for at in range(500)), ("depth", 13, "a.a.a")),
        ("two documents", MAPPING + "---\nkeepscore: 1\n", ("syntax", last, "")),
        ("a tab", _with("\tformat: csv"), ("syntax", last, "")),
        ("an open quote", _with('dates: "%d'), ("syntax", last + 1, "")),
        ("an open list", _with("join: [a, b"), ("syntax", last + 1, "")),
        ("a control character", _with("dates: \x07"), ("syntax", last, "")),
        ("beyond a million characters", MAPPING + "#" * 1_000_001, ("depth", 1, "")),
    ]
