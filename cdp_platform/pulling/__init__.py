"""Sources that are read straight from a PostgreSQL database: what is new in its tables becomes files to be landed.

Here: connecting, what the tables look like, which rows are new, what is gone, how far each stream has been read. Not
here: what becomes of a file (`landing`), Dagster (`assets`).
"""
