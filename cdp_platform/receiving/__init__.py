"""Events that a vendor sends by webhook: verified, on disk before they are answered, once each in the landing zone.

Here: the receiver and what it keeps in the home. Not here: what becomes of its files (`landing`), what the on-call is
told of it (`serving.webhooks`).
"""
