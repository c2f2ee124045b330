"""Prediction of whole files in bounded memory, with numpy and pyarrow.

array_forest     a forest over arrays of flowers
text_blocks      a text file as blocks of whole lines
sources          CSV and Parquet files as batches of flowers
ahead            the next items, made by a thread
sinks            CSV and Parquet files that appear when they are complete
predict_file     the stream from one to the other: `predict_file`
"""
