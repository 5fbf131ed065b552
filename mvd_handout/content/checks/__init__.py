"""Measured checks of what a handout says: each with its standard, its figure, its limit, and the line of what fails.

`check.check_content` runs them all. Nothing here is run at the bedside: no score ever stops a paper.
"""
