"""Slack: slash commands, buttons and messages, by Bolt on the one HTTP server or Socket Mode."""

from __future__ import annotations

from adapters.slack.app import Slack
from adapters.slack.manifest import manifest
from adapters.slack.render import render

__all__ = ["Slack", "manifest", "render"]
