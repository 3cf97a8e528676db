"""What readers get: published versions, operational tables, read-only access.

Here: files that are never written once they are pointed to. Not here: the warehouse that is being written.
"""
