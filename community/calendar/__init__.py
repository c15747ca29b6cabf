"""The calendar: what happens when, who is expected, who came; reminders and iCal.

A floor below the rooms: a council, a conference or a meeting is a happening of this calendar.
"""
