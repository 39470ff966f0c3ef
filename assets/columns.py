"""The columns of each asset in the catalog, and which columns they come from.

A record's columns come from its Pydantic model: name, type, meaning, whether it may be missing.
"""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import dagster as dg
from pydantic import BaseModel
from pydantic.fields import FieldInfo

DOCUMENTS = {
    "feed": ("text", "The feed whose inbox folder it lies in."),
    "doc_id": ("text", "SHA-256 of its bytes: one version of what lies at its place."),
    "date": ("text", "The day its place belongs to."),
    "place": ("text", "Where it lies in the inbox: what it is through all its versions."),
    "mime": ("text", "What kind of file it is, by its content; empty: it could not be read."),
    "parser_version": ("text", "Which reading of files made the text."),
    "text": ("text", "All that is written in it, attachments included."),
    "spans": ("text", "Where each piece of the text stands: page and box, sheet and cell, part of a message; JSON."),
    "content": ("bytes", "The file itself."),
}
CHUNKS = {
    "chunk_id": ("text", "The piece's name, the same for the same text at the same position."),
    "feed": ("text", "The feed of its document."),
    "doc_id": ("text", "Its document's version."),
    "date": ("text", "The day its document belongs to."),
    "position": ("whole number", "The how-many-eth piece of its document it is, from 0."),
    "start": ("whole number", "Where it begins in the document's text, in characters."),
    "end": ("whole number", "Where it ends."),
    "label": ("text", "Where it comes from, as a person says it: a page, a sheet, a part of a message."),
    "text": ("text", "The piece itself."),
    "parser_version": ("text", "Which reading of files it was cut from."),
}
VECTORS = {
    "chunk_id": ("text", "The chunk that it stands for."),
    "feed": ("text", "The feed of the chunk's document."),
    "doc_id": ("text", "The version of the chunk's document."),
    "date": ("text", "The day its document belongs to."),
    "vector": ("list of float", "What the chunk means to the model; one table a model."),
}
EVENTS = {
    "id": ("text", "The event's name: who has seen it drops it."),
    "type": ("text", "record.created, record.updated or record.withdrawn."),
    "subject": ("text", "The document's place."),
    "time": ("text", "When its verdict was given."),
}
IN_DATA = "data."  # before the names of a record's columns in an event
Columns = Mapping[str, tuple[str, str]]


def columns_of(columns: Columns) -> dg.TableSchema:
    """Columns that are the same in every feed."""
    return dg.TableSchema(
        [dg.TableColumn(name, type_, description=meaning) for name, (type_, meaning) in columns.items()]
    )


def event_schema(model: type[BaseModel]) -> dg.TableSchema:
    """An event, with the record in its `data`."""
    return dg.TableSchema([*columns_of(EVENTS).columns, *_in_data(column_schema(model).columns)])


def _in_data(columns: Sequence[dg.TableColumn]) -> Iterator[dg.TableColumn]:
    for each in columns:
        yield dg.TableColumn(f"{IN_DATA}{each.name}", each.type, each.description, each.constraints)


def from_same(asset: str, columns: Iterable[str], renamed: Mapping[str, str] | None = None) -> dg.TableColumnLineage:
    """Columns taken over from another asset; `renamed`: what those are called there that have another name."""
    names = {name: (renamed or {}).get(name, name) for name in columns}
    return dg.TableColumnLineage(
        {name: [dg.TableColumnDep(dg.AssetKey(asset), there)] for name, there in names.items()}
    )


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
    if origin is Annotated:
        return type_name(inside[0])
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
