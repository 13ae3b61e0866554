"""What others make of the same files: general tools, each with what it finds by itself and the issued forms' wordings.

They are given what they do not look for: the commune and the month.
"""
