"""AccessLogs: S3 and CloudFront access logs as metrics, each request counted once."""
