"""Reading of tables of irises in many formats: each table is read without ambiguity or refused with a reason.

contents   file type and text encoding
delimited  delimited text to rows of cells
workbooks  Excel and Parquet to rows of cells
headers    parsing of column headers
columns    role of each column
layout     position of header, columns and flowers
lengths    cell to length in cm
labels     column of labels to species
reading    the complete reader: `read_measurements_csv`
writing    predictions beside the columns of the file
"""
