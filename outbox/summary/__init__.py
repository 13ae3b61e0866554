"""A month's summary for the level above, as a workbook and as a document."""
