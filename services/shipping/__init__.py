"""What leaves the shop and arrives: parcels and their news, and the counter that orders pass on the way."""
