"""What may be spent, set aside before a request is sent and settled after, together with all other processes."""

from resources.llm.budgets.asking import BudgetSettings, Held, Pressure, Purse, Refused
from resources.llm.budgets.budgets import Budgets

__all__ = ["BudgetSettings", "Budgets", "Held", "Pressure", "Purse", "Refused"]
