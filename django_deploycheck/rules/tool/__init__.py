"""What is wrong with the deployment files or with this tool's own configuration."""
