"""What is wrong with a deployment, and what is only believed about AWS: read-only, with mends."""
