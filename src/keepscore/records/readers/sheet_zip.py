"""Looks into an XLSX before anything trusts it: members, real unzipped bytes, ratio, DOCTYPE, macros, passwords."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from keepscore.records.checks.errors import FileRefused
from keepscore.records.readers.raw import Limits

MEMBERS = 2_000
_STEP = 1 << 18
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|doctype|ENTITY)")
_SMALL = 1 << 20    # below this size a member may shrink as well as it likes


def check_zip(content: bytes, limits: Limits) -> None:
    """Raises FileRefused unless the bytes are an ordinary workbook without traps."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileRefused("encrypted", "found a workbook with a password; save it without one")
        raise FileRefused("file_type", "found an old Office file (.xls); save it as .xlsx")
    if not content.startswith(b"PK"):
        raise FileRefused("file_type", "found a file that is not XLSX; the mapping says XLSX")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive, len(content), limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused("corrupt", "found a damaged XLSX file; save it again from the spreadsheet") from error
    except RuntimeError as error:
        raise FileRefused("encrypted", "found a member with a password; save the workbook without one") from error


def _check_members(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MEMBERS:
        raise FileRefused("zip_bomb", f"found {len(members):,} members; an XLSX has at most {MEMBERS:,}")
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused("encrypted", "found members with a password; save the workbook without one")
    if any(name.lower().endswith(("vbaproject.bin", ".xlm")) or "/macrosheets/" in name.lower() for name in names):
        raise FileRefused("macro", "found macros; save the workbook as .xlsx without them")
    if "xl/workbook.xml" not in names:
        raise FileRefused("file_type", "found a ZIP file that is not a workbook; save it as .xlsx")
    if len(set(names)) < len(names):
        raise FileRefused("corrupt", "found two members of the same name; save the workbook again")
    total = 0
    for member in members:
        total += _unzip(archive, member, limits, total)
    if total > limits.ratio * size and total > _SMALL:
        raise FileRefused("zip_bomb", f"found {total:,} bytes packed into {size:,}; at most {limits.ratio} to 1 is accepted")


def _unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, before: int) -> int:
    """The real size of one member, counted while it is unzipped; looks for entities on the way."""
    size, tail = 0, b""
    xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as stream:
        while piece := stream.read(_STEP):
            if not size and xml and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"):
                raise FileRefused("xml_entities", "found XML in UTF-16, which can hide entities; save the workbook again")
            size += len(piece)
            if before + size > limits.unzipped:
                raise FileRefused("zip_bomb", f"found more than {limits.unzipped:,} bytes inside; that is the limit")
            if size > _SMALL and size > limits.ratio * max(member.compress_size, 1):
                raise FileRefused("zip_bomb", f"found a member that grows more than {limits.ratio} times")
            if xml and _ENTITIES.search(tail + piece):
                raise FileRefused("xml_entities", "found a DOCTYPE or entities; a spreadsheet writes none")
            tail = piece[-10:]
    return size
