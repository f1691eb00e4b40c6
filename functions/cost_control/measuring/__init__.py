"""What is known of the buckets, and from where: CloudWatch, S3 Inventory, listings, prices."""
