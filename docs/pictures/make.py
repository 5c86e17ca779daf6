"""Makes the pictures of the README from the demo: `make pictures`, after `make demo`."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

HERE = Path(__file__).parent
SHEET = HERE.parents[1] / "demo/published/marlowe/marlowe-2026-Q3-1.pdf"


def main() -> None:
    """The first page of the demo's scorecard as a PNG, 1,000 pixels wide."""
    page = pypdfium2.PdfDocument(SHEET)[0]
    page.render(scale=1000 / page.get_width()).to_pil().quantize(64).save(HERE / "scorecard.png", optimize=True)


if __name__ == "__main__":
    main()
