"""Rosters: a clinic's list of patients, read from CSV, XLSX or ODS and checked as a whole before anything is made."""
