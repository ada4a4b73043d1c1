"""Web pages for people who came by a link from the chat: paying, following an order, or reading why neither works."""
