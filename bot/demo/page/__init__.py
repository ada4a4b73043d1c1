"""The demo's page in the browser: several people side by side, each in a chat with the bot."""

from bot.demo.page.page import routes

__all__ = ["routes"]
