"""Fitting and evaluating. The only package that imports scikit-learn."""
