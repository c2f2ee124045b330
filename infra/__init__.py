"""Azure resources and deployments as commands of the Azure CLI: create, deploy, roll back and delete.

``python -m infra --help``; ``--dry-run`` prints the commands as a shell script instead of
running them. It needs only Python and ``az``, so a pipeline agent can run it.
"""
