"""Door: `admissions …`, and how answers look on a terminal."""
