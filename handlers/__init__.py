"""The features.  Each module is one: its commands, its checks, its words.

Handlers read through `Services` and return values; they never send anything.
A new feature is a module here and its name in the tuple below.
"""

from handlers.listing import LIST
from handlers.room import SHOW
from handlers.rooms import FREE

COMMANDS = (FREE, SHOW, LIST)
