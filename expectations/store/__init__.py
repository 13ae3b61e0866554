"""What the gate asks of the store and writes into it; each function takes a connection."""
