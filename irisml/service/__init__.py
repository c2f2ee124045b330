"""What pages, API and command line share: the serving version in memory, the training slot, JSON views."""
