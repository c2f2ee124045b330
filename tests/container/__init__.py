"""The image, built and run as Azure Web App for Containers does; ``poe container``."""
