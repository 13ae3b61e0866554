"""Who is reminded of what, by mail: the addresses, the words, what was sent before, and the sending itself."""
