"""What Airbyte is told, and what it says, of the declared sources: JSON in the shapes of its API.

Here: pure functions over the declarations. Not here: asking Airbyte (`cdp_platform.assets`).
"""
