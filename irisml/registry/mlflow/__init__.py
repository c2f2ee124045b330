"""Registry on an MLflow tracking server."""
