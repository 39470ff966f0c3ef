"""What processes know together of providers and money: one row a thing, changed under its lock."""

from resources.llm.sharing.board import Board, Json, Rows
from resources.llm.sharing.exchange import Exchange
from resources.llm.sharing.part import News, Part

__all__ = ["Board", "Exchange", "Json", "News", "Part", "Rows"]
