"""Flowers in other people's files: whatever a table of irises looks like, it is read right or refused with a reason.

contents   what kind of file it is, and its text
delimited  the text as rows of cells
workbooks  the same for Excel and Parquet
headers    what the header of a column says
columns    what each column holds
layout     where header, columns and flowers stand
lengths    a cell as a length in cm
labels     a column of labels as species
reading    all of it together: `read_measurements_csv`
writing    the predictions beside the columns of the file
"""
