"""A public benchmark for reading messy admissions workbooks: generator with truth, scorer, readers side by side."""
