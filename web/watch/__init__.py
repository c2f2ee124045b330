"""Page Watch: what production asks and is answered."""
