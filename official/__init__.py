"""The official statistical forms as workbooks: filled in from the published file, in the forms' own layout."""
