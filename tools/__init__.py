"""What people and CI run: the served app, the container engine, checks of the pipeline and of the requirements."""
