"""The Data Docs: pages that a steward reads, complete in their folder, in Vietnamese and English."""
