"""Reading the forum: every query starts from what the reader may see."""
