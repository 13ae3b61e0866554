"""The hidden sheet of an issued workbook, which says whose it is and of which month: its name and its rows' names.

The templates write it (name in column A, value in B), the reader compares it with the title.
"""

ISSUED_SHEET = "_admissions"
COMMUNE_KEY = "commune_key"
MONTH = "month"
