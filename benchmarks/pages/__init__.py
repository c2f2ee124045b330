"""What irisml is compared with: the same four sliders, served in other ways."""
