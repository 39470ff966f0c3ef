"""What the catalog says of the assets: whose they are, which files speak in them, and what they were made with.

A code version is an asset's, and an asset is all feeds': when one feed's prompt changes, the days of every feed show
as stale. Materializing a day whose own feed stayed as it was asks nothing and costs nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import dagster as dg

from extraction.broken_feed import BrokenFeed
from extraction.feed import feed_names, versions_of
from extraction.feed import owners as owners_of
from extraction.manifest import read_manifest
from extraction.settings import Manifest
from resources.environment import ROOT, Environment
from resources.llm.errors import ConfigRefused
from resources.llm.plan import EMBEDDING_TASK
from resources.llm.resource import LlmResource

# What Dagster takes for an owner. Others are named by the pages of their feed alone.
_OWNER = re.compile(r"team:.+|[\w.+-]+@[\w-]+(\.[\w-]+)+")
_REFERENCES = "dagster/code_references"
_WRITTEN_BY_OWNERS = ("prompt.md", "schema.py", "feed.yaml")
_DOES_NOT_LOAD = "does not load"


def data_version(doc_ids: Iterable[str]) -> dg.DataVersion:
    """The same for the same documents: reading them again makes nothing downstream stale."""
    return dg.DataVersion(_digest(sorted(doc_ids)))


def owners() -> list[str]:
    """Who owns the feeds."""
    named = set(owners_of(Environment.read().feeds_dir).values())
    return sorted(owner for owner in named if _OWNER.fullmatch(owner))


def version_of_vectors() -> str:
    """Changes with the models that make vectors."""
    return _digest([_route_versions().get(EMBEDDING_TASK, _DOES_NOT_LOAD)])


def version_of_records() -> str:
    """Changes with the schema or prompt of a feed, and with the models of the routes that answer one."""
    routes = _route_versions()
    return _digest(part for folder, manifest in _manifests() for part in _version_of(folder, manifest, routes))


def _version_of(folder: Path, manifest: Manifest | None, routes: Mapping[str, str]) -> Iterator[str]:
    yield folder.name
    if manifest is None:
        yield _DOES_NOT_LOAD
        return
    try:
        yield from versions_of(folder, manifest)
    except BrokenFeed:
        yield _DOES_NOT_LOAD
    yield routes.get(manifest.task, _DOES_NOT_LOAD)
    if second := manifest.second_opinion:
        yield from (routes.get(second.task, _DOES_NOT_LOAD), *second.fields)


def _route_versions() -> dict[str, str]:
    """A configuration that cannot be used says so in the runs that use it; here it is one version more."""
    try:
        return LlmResource().versions()
    except ConfigRefused:
        return {}


def _digest(parts: Iterable[str]) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


def _manifests() -> Iterator[tuple[Path, Manifest | None]]:
    folder = Environment.read().feeds_dir
    for name in feed_names(folder):
        try:
            yield folder / name, read_manifest(folder / name / "feed.yaml")
        except BrokenFeed:
            yield folder / name, None


def feed_files() -> dg.CodeReferencesMetadataValue:
    """What the owners of feeds write, a click away from the records that come of it."""
    folder = Environment.read().feeds_dir
    files = [folder / name / file for name in feed_names(folder) for file in _WRITTEN_BY_OWNERS]
    return dg.CodeReferencesMetadataValue(
        code_references=[
            dg.LocalFileCodeReference(file_path=str(file), line_number=1, label=f"{file.parent.name}/{file.name}")
            for file in files
            if file.is_file()
        ]
    )


def catalogued(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The assets with their owners and with the places of their code."""
    owned = [each.map_asset_specs(lambda spec: spec.replace_attributes(owners=owners())) for each in assets]
    placed = [each for each in dg.with_source_code_references(owned) if isinstance(each, dg.AssetsDefinition)]
    shown_at = Environment.read().source_url
    return [each.map_asset_specs(partial(_shown_at, shown_at)) for each in placed] if shown_at else placed


def _shown_at(url: str, spec: dg.AssetSpec) -> dg.AssetSpec:
    """Places on the page that shows the repository, for those who do not have these files."""
    local = spec.metadata[_REFERENCES].code_references
    shown = dg.CodeReferencesMetadataValue(code_references=[_on_page(url, each) for each in local])
    return spec.merge_attributes(metadata={_REFERENCES: shown})


def _on_page(url: str, place: dg.LocalFileCodeReference) -> dg.LocalFileCodeReference | dg.UrlCodeReference:
    file = Path(place.file_path)
    if not file.is_relative_to(ROOT):
        return place
    label = place.label or file.relative_to(ROOT).as_posix()
    return dg.UrlCodeReference(url=f"{url}/{file.relative_to(ROOT).as_posix()}#L{place.line_number}", label=label)
