"""Ballots: opinions, decisions, dates, rankings; open or secret, with a roll fixed at the opening (L01).

A floor below the rooms: a ballot stands in a topic, on a page of its own, or in whatever a room makes
of it, and rooms do not know each other (docs/adr/0016).
"""
