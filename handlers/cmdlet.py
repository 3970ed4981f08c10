"""One line of PowerShell over several mailboxes."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.powershell import powershell

MOST = 20  # mailboxes in one line; whoever has mended those asks again for the next


def each(mailboxes: Sequence[str], act: str, columns: str = "") -> str:
    """`act` for each of the first twenty, with the mailbox as `$_`; then these columns."""
    listed = ",".join(powershell(mailbox) for mailbox in mailboxes[:MOST])
    shown = f" | Format-Table {columns}" if columns else ""
    return f"{listed} | ForEach-Object {{ {act} }}{shown}"
