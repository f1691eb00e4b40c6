"""Keep the storage bill down by S3 lifecycle rules, and harm nothing."""
