"""Which body a case is sent to: ordered rules, why one of them holds, and what other rules would have done."""
