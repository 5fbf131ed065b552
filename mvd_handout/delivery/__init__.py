"""Delivery: finished papers go to files."""
