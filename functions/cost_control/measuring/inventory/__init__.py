"""The sizes of all objects, from S3 Inventory where a bucket has one."""
