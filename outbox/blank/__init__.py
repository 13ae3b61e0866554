"""The blank workbooks that are issued each month, with what is known filled in."""
