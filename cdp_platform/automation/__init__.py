"""What refreshes the platform, when, and who hears of it.

Here: jobs, the timetable, sensors. Not here: assets and checks themselves.
"""
