"""Which cells of a report are wrong, and what most likely belongs in them.

In: a case (the figures of a commune's month and the identities that they are held against). Out: repairs, the likeliest
first. Error localisation after I. P. Fellegi and D. Holt, “A systematic approach to automatic edit and imputation”,
Journal of the American Statistical Association 71, 1976: the smallest set of cells whose change makes everything hold;
among equal ones the likeliest, by how people mistype.
"""
