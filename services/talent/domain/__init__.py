"""What the service decides, pure: values in, decisions and reasons out."""
