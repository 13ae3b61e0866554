"""The senders' own workbooks, marked and commented, with the letter that goes with them."""
