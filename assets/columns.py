"""A record's columns in the catalog come from its Pydantic model: name, type, meaning, whether it may be missing."""

import types
from typing import Any, Literal, Union, get_args, get_origin

import dagster as dg
from pydantic import BaseModel
from pydantic.fields import FieldInfo


def column_schema(model: type[BaseModel]) -> dg.TableSchema:
    return dg.TableSchema([column for name, field in model.model_fields.items() for column in _columns(name, field)])


def _columns(name: str, field: FieldInfo) -> list[dg.TableColumn]:
    """A column, and one for each field of the rows it holds."""
    own = dg.TableColumn(
        name,
        type_name(field.annotation),
        description=field.description,
        constraints=dg.TableColumnConstraints(nullable=not field.is_required()),
    )
    inner = _row_model(field.annotation)
    if inner is None:
        return [own]
    nested = [column for key, each in inner.model_fields.items() for column in _columns(f"{name}.{key}", each)]
    return [own, *nested]


def type_name(annotation: Any) -> str:
    """A type as a person reads it."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(type_name(each) for each in inside if each is not type(None))
    if origin is Literal:
        return " | ".join(str(each) for each in inside)
    if origin in (list, tuple, set, frozenset):
        return f"list of {type_name(inside[0])}" if inside else "list"
    if origin is not None and inside:
        return type_name(inside[0]) if not isinstance(origin, type) else origin.__name__
    return "text" if annotation is str else getattr(annotation, "__name__", str(annotation))


def _row_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _row_model(each))), None)
