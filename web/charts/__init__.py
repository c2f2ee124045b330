"""Charts: each file has the table that is drawn, which tests read, and the drawing of it."""
