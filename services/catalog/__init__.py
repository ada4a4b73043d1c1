"""The catalogue: categories, products, SKUs and their prices, tags, pictures, lists, search and favourites."""
