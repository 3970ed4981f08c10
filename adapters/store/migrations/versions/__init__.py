"""One file a revision; the number in the name is the order."""
