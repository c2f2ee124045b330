"""The page Speaker."""
