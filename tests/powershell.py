"""Whether PowerShell would read a command: judged by an independent grammar, nothing is run."""

from __future__ import annotations

import re

import tree_sitter_powershell
from tree_sitter import Language, Parser

_PARSER = Parser(Language(tree_sitter_powershell.language()))
# The grammar does not know lists of bare words, which PowerShell takes as an array of strings:
# https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing
_BARE = re.compile(r"(Format-(?:Table|List)) (?:\w+, ?)+\w+")


def parses(command: str) -> bool:
    plain = _BARE.sub(r"\1 Bare", command)
    return not _PARSER.parse(plain.encode()).root_node.has_error
