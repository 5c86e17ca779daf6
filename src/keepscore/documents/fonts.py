"""The fonts of page and paper, from their packages: linked beside the page, or embedded where it must travel alone.

The full files are large (3 MB together as text), so a folder of scorecards shares one `fonts/` folder; without it the
page falls back to the reader's own fonts and still fits, because texts are measured generously.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

Fonts = Literal["link", "embed"]


@dataclass(frozen=True, slots=True)
class Face:
    family: str
    package: str
    file: str       # as the package names it
    saved: str      # as we name it beside the page: no brackets or commas in addresses
    slant: str = "normal"


FACES = (
    Face("Source Sans 3", "fontpkg_source_sans_3", "SourceSans3[wght].ttf", "source-sans-3.ttf"),
    Face("Source Serif 4", "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", "source-serif-4.ttf"),
    Face("Source Code Pro", "fontpkg_source_code_pro", "SourceCodePro[wght].ttf", "source-code-pro.ttf"),
)


def font_css(fonts: Fonts, *, at: str = "fonts") -> str:
    """The @font-face rules. `at` is the address of the folder that `write_fonts` filled, seen from the page."""
    return "".join(
        f'@font-face{{font-family:"{face.family}";src:url({_address(face, fonts, at)}) format("truetype"),local("{face.family}");'
        f"font-weight:200 900;font-style:{face.slant};font-display:swap}}\n" for face in FACES)


def write_fonts(folder: Path) -> tuple[Path, ...]:
    """Put the font files and their licences into `folder`, once; files of the right size are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for face in FACES:
        for name, saved in ((f"files/{face.file}", face.saved), ("LICENSE", face.saved.replace(".ttf", "-LICENSE.txt"))):
            content, path = _read(face.package, name), folder / saved
            if not path.exists() or path.stat().st_size != len(content):
                path.write_bytes(content)
            written.append(path)
    return tuple(written)


def _address(face: Face, fonts: Fonts, at: str) -> str:
    if fonts == "link":
        return f"{at}/{face.saved}"
    return "data:font/ttf;base64," + b64encode(_read(face.package, f"files/{face.file}")).decode("ascii")


def _read(package: str, name: str) -> bytes:
    return (files(package) / name).read_bytes()
