"""Page Wall: for the projector, what the phones of the hall do."""
