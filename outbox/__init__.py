"""Room: what goes out: blank workbooks, marked copies, filled official forms, summaries, letters, tables."""
