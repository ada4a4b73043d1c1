"""Stock: what is on hand, what belongs to orders, and every movement between opening and now."""
