"""The words that the synthetic company is composed of: names of people and firms, places, and how countries write them.

Here: lists and how they combine, written for this project. Not here: drawing from them.
"""
