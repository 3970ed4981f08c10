"""How values are written into PowerShell that somebody will paste."""

from __future__ import annotations

import re


def powershell(text: str) -> str:
    """A string literal: in single quotes, those inside doubled, curly ones included."""
    return "'" + re.sub("['‘’‚‛]", lambda quote: quote[0] * 2, text) + "'"
