"""Reads of messages: kinds, the inbox, wishes, the log, webhooks."""
