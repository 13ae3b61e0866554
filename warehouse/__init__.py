"""The store itself: settings, connections, tables that Python writes, publishing. The one place that opens DuckDB."""
