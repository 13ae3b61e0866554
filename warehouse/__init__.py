"""The store itself: settings, connections, the tables that Python writes, publishing. The one place that opens DuckDB."""
