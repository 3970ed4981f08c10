"""The world: chat platforms, Microsoft Graph, the database, the web server, the clock.

Driven and driving things alike live here.  Each implements ports of bot/ports.py,
and none knows another.
"""
