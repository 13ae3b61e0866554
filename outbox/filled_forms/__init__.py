"""The official statistical forms, filled in from the published file, in their own layout."""
