"""The bot in a terminal: the third chat platform, beside Slack and Teams.

`render` is a reply as text, `chat` is the conversation; nothing here reads the
environment, and nothing that came as data can paint the screen.
"""
