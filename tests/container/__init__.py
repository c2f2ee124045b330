"""The image, built and run as in Azure Web App for Containers; ``poe container``."""
