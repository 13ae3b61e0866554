"""Room: the blank workbooks that the commission issues each month, with what is known filled in."""
