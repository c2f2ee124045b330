"""A whole training or check, in this process or in a child process."""
