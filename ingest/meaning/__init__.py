"""What the words of a header mean, taken by their parts: concepts, ages, and the fields that they may be of."""
