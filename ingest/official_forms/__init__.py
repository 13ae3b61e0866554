"""The official statistical forms as communes send them, row by row of their indicators."""
