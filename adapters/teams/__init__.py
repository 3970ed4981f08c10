"""Microsoft Teams: commands and card buttons in, Adaptive Cards out.

botbuilder is archived, so it is pinned and lives in this folder alone; repairs.py
says what it gets wrong.  Nothing outside this folder knows what an activity is.
"""
