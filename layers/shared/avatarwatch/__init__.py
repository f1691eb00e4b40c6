"""What two or more of the Lambda functions need."""
