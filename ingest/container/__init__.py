"""From a file's bytes to sheets of cells, whatever program saved it."""
