"""What every page has: title, navigation, language switch, error boundary, sign-in, news of the model."""
