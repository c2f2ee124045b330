"""Page Play: what the presenter asks the phones of the hall."""
