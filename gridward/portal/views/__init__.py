"""Pages for residents; none needs an account."""
