"""schema.py is the user's program: it runs fresh at every load, under a name no other feed has."""

import sys
import traceback
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel, RootModel

from extraction.broken_feed import BrokenSchema, nearest
from extraction.manifest import read_text
from extraction.shape import Unaskable, shape_of


def load_schema(file: Path, class_name: str) -> type[BaseModel]:
    """The record's class, as schema.py defines it now."""
    module = _run(file, read_text(file))
    found = getattr(module, class_name, None)
    if found is None:
        remedy = nearest(class_name, _models(module))
        raise BrokenSchema(file, None, f"it defines no class {class_name!r}, which feed.yaml names", remedy)
    if not _is_model(found):
        remedy = "Derive it from pydantic.BaseModel, with one field for each value of the record."
        raise BrokenSchema(file, _line_of(file, class_name), f"{class_name} is no pydantic model", remedy)
    return _usable(file, found)


def _run(file: Path, source: str) -> ModuleType:
    # pydantic looks annotations up in sys.modules; nothing else of a feed may be found there under a plain name.
    place = sha256(f"{file.parent}\n{source}".encode()).hexdigest()[:12]
    module = ModuleType(f"weir_feed_{place}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, str(file), "exec"), module.__dict__)  # noqa: S102 - a feed's schema is its owner's code
    except SyntaxError as error:
        line = error.lineno if error.filename == str(file) else None
        raise BrokenSchema(file, line, f"it is no valid Python ({error.msg})", "Correct the line.") from error
    except (Exception, SystemExit) as error:
        raise _failed(file, error) from error
    return module


def _failed(file: Path, error: BaseException) -> BrokenSchema:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    said = (str(error) or "no message").splitlines()[0]
    remedy = "Only installed packages can be imported: a feed's schema is one file."
    if not isinstance(error, ImportError):
        remedy = "Run the file with Python to see the whole error."
    return BrokenSchema(file, lines[-1] if lines else None, f"it raises {type(error).__name__}: {said}", remedy)


def _usable(file: Path, model: type[BaseModel]) -> type[BaseModel]:
    """A model that can be asked for: complete, with fields, and with a JSON schema."""
    line = _line_of(file, model.__name__)
    if not model.model_fields:
        raise BrokenSchema(file, line, f"{model.__name__} has no fields", "Add one for each value of the record.")
    try:
        model.model_rebuild()
        shape_of(model)
    except Unaskable as error:
        raise BrokenSchema(file, line, str(error), error.remedy) from error
    except Exception as error:
        problem = f"{model.__name__} has no JSON schema ({str(error).splitlines()[0]})"
        remedy = "Use types that JSON has: text, numbers, Decimal, dates, enums, lists and nested models."
        raise BrokenSchema(file, line, problem, remedy) from error
    return model


def _is_model(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel) and not issubclass(found, RootModel)


def _models(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if _is_model(value) and value is not BaseModel]


def _line_of(file: Path, class_name: str) -> int | None:
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        if line.startswith((f"class {class_name}(", f"class {class_name}:", f"{class_name} =")):
            return number
    return None
