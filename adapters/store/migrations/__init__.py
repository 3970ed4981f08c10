"""How the tables came to be; run by ../migrate.py, never by hand.

A new one: copy the last file in versions/ under the next number, say in it what
changes, move HEAD in ../schema.py.  Only additions: a replica of the version before
goes on with the new tables until it is replaced.
"""
