"""What every area stands on: database, money, clock, errors, ids, encryption."""
