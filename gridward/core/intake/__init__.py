"""What people send, before it is a report."""
