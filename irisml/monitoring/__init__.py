"""Production as it is: events of predictions, drift, the challenger in the shadow, and rounds with a hall."""
