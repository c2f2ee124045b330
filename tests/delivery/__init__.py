"""What ships the image: infrastructure, pipeline, Dockerfile; each check is shown able to fail."""
