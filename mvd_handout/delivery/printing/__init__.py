"""Printing through CUPS: only papers of ours that are as they were made, each patient's a job of its own."""
