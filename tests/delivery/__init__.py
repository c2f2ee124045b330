"""Infrastructure, pipeline and Dockerfile; controls show that each check can fail."""
