"""Everything that runs on Azure, as commands of the Azure CLI: made, released to, rolled back and taken down.

``python -m infra --help``; ``--dry-run`` prints the commands as a shell script instead of
running them. It needs Python and ``az``, and nothing else, so a pipeline's agent can run it.
"""
