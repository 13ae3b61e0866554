"""Room: what goes back to the communes (their own workbooks, marked) and up to the commission (the month's summary)."""
