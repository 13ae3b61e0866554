"""Whose report a workbook is, and of which month."""
