"""The bytes of a file: what kind it really is, and text of a declared encoding as UTF-8."""

from __future__ import annotations

import codecs
from pathlib import Path

from keepscore.records.checks.errors import FileRefused
from keepscore.records.readers.raw import Limits

_KINDS = (
    (b"PK\x03\x04", "a ZIP file (XLSX or other)"), (b"PK\x05\x06", "an empty ZIP file"), (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"PAR1", "a Parquet file"), (b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"), (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip file"), (b"Rar!", "a RAR file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"SQLite format 3", "an SQLite database"), (b"{\\rtf", "an RTF document"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole file, unless it is empty or larger than the limit."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("empty", "found an empty file; a file needs a header and at least one row")
    if size > limits.size:
        raise FileRefused("too_large", f"found {size:,} bytes; at most {limits.size:,} are accepted, so split the file")
    return path.read_bytes()


def kind_of(start: bytes) -> str | None:
    """What the first bytes say the file is; None for text."""
    head = start.lstrip()[:15].lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        return "an HTML or XML page"
    return next((name for magic, name in _KINDS if start.startswith(magic)), None)


def as_utf8(content: bytes, *, declared: str) -> bytes:
    """Text as UTF-8 without a byte-order mark. Only UTF-8, UTF-16 with its mark, and the declared encoding are read."""
    kind = kind_of(content[:64])
    if kind:
        raise FileRefused("file_type", f"found {kind}; the mapping says a text file")
    bom, name = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), (b"", ""))
    wanted = codecs.lookup(declared).name
    if name and wanted not in ("utf-8", "utf-16", name, "ascii"):
        raise FileRefused("encoding", f"found the byte-order mark of {name}; the mapping says {declared}")
    if wanted == "utf-16" and not name:
        raise FileRefused("encoding", "found UTF-16 without a byte-order mark; write it with one, or declare utf-16-le or utf-16-be")
    encoding = name or wanted
    if encoding in ("utf-8", "ascii"):
        _check(content, encoding if not name else "utf-8")
        return content[len(bom):]
    try:
        return content[len(bom):].decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise _refusal(content, getattr(error, "start", 0), encoding) from None


def _check(content: bytes, encoding: str) -> None:
    """Decodes piece by piece, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    step = 1 << 20
    view = memoryview(content)
    for start in range(0, len(content), step):
        try:
            decoder.decode(bytes(view[start:start + step]), final=start + step >= len(content))
        except UnicodeDecodeError as error:
            at = content.find(error.object[error.start:error.start + 8], max(0, start - 4))
            raise _refusal(content, max(at, 0), encoding) from None


def _refusal(content: bytes, at: int, encoding: str) -> FileRefused:
    before = content[:at]
    row = max(before.count(b"\n"), before.count(b"\r")) + 1
    hint = "; it looks like UTF-16, which needs a byte-order mark" if b"\0" in content[:64] else ""
    return FileRefused(
        "encoding", f"found the byte 0x{content[at]:02x}, which is not {encoding}{hint}; declare the encoding in the mapping", row=row
    )
