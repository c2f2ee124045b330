"""The flowers: the data set itself, its neighbours, and the reader of files that people bring."""
