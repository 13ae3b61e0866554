"""The tables that Python writes, one frozen dataclass each: its fields are the table's columns, in their order."""
