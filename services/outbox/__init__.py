"""What must be said or done after a commit, once: jobs with leases, and the messages that must stay up to date."""
