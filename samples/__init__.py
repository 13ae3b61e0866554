"""The demonstration workbooks: one city's five years, made up so that they add up to what it published."""
