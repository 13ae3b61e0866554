"""Spreadsheet -> typed report lines with provenance. Pure Python; knows nothing of Airflow or dbt."""
