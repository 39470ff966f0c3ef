"""What every side of a benchmark asks: the same small document, strict schema and instructions, a number apart.

Nothing but the standard library: one side runs in an environment of its own.
"""

from typing import Any

SYSTEM = "Extract the record from the document."
FIXED = {f"field_{number}": f"fixed value of field {number}, long enough to be cut" for number in range(6)}
# One allowed value a property: what a whole answer must be, however well or badly rules read a document.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string", "enum": [value]} for name, value in FIXED.items()},
    "required": list(FIXED),
    "additionalProperties": False,
}
MAX_TOKENS = 500


def document(number: int) -> str:
    return f"<document>\nSupplier: Aldgate Tools\nQuote number: Q-{number}\n</document>"


def request(number: int) -> dict[str, Any]:
    """The body of OpenAI's wire, without the model."""
    return {
        "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": document(number)}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "record", "strict": True, "schema": SCHEMA},
        },
        "max_tokens": MAX_TOKENS,
    }
