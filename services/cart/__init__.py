"""What someone means to buy: kept for ever, priced anew each time it is looked at."""
