"""What the text or the number of a single cell means."""
