"""The books beside the providers' bills, day by day: what is missing, what is extra, what has another amount."""
