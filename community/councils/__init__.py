"""Councils («педсовет»): agenda, presence and quorum, the floor, votes, minutes, decisions (I01, I02).

A council is a thread that names it, a happening of the calendar that says when and who, and an item
of the agenda is a thread of its own: its opener is the matter with its documents, its entries are
the talk of the item. Votes are ballots. The minutes are a thread too: its entries are what the
secretary wrote down, and its objections.
"""
