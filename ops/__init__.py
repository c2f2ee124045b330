"""What a container or a pipeline agent runs with Python alone: the port, and the health probe."""
