"""A trained model as plain data, and what can be computed from it: predictions, scores, explanations. No numpy."""
