"""The monthly forms KN-1, KN-2 and KN-3: headers, tables, lines."""
