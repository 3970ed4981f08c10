"""The mechanism: commands are dispatched, replies are values, what is done is written down.

It knows no feature, no chat platform and no network.
"""
