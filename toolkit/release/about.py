"""What a descriptor says of its package as a publication, cleaned and checked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.findings import escape
from toolkit.package import Package

# Roles that make a contributor an author: of version 2 of the standard, and of version 1.
_CREATORS = {"creator", "author"}
# Longitude and latitude on WGS 84, which GeoJSON and schema.org assume.
_WGS84 = (None, "EPSG:4326", "OGC:CRS84")
_URL = re.compile(r"https?://[A-Za-z0-9\[][^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f]*")
_MAILBOX = re.compile(r"mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/[!-~]+)", re.IGNORECASE)
_ORCID = re.compile(r"https?://orcid\.org/([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])/?")
_TIME = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person, where ``given`` and ``family`` are known, or else whoever ``name`` is."""

    name: str
    given: str
    family: str
    organization: str
    url: str
    orcid: str
    roles: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether the descriptor tells the name of a person, in its parts."""
        return bool(self.given and self.family)

    @property
    def inverted(self) -> str:
        """The name with the family name first, if the descriptor tells which it is."""
        return f"{self.family}, {self.given}" if self.is_person else self.name


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence; ``spdx`` is its identifier in the SPDX list, empty if it has none."""

    name: str
    title: str
    url: str
    spdx: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What the data were made from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class About:
    """A package as a publication; whatever the descriptor does not say is empty.

    ``created`` and the ends of ``temporal`` are ISO 8601; ``bbox`` holds west, south, east and
    north in degrees on WGS 84; ``doi`` is bare. ``corrections`` is where a mistake can be told: the
    address of a tracker or a form, or ``mailto:`` with that of a mailbox. Texts are of one line and
    safe to print.
    """

    name: str
    version: str
    title: str
    description: str
    created: str
    homepage: str
    repository: str
    corrections: str
    doi: str
    keywords: tuple[str, ...]
    licences: tuple[Licence, ...]
    contributors: tuple[Contributor, ...]
    origins: tuple[Origin, ...]
    temporal: tuple[str, str]
    place: str
    bbox: tuple[float, ...]

    @property
    def creators(self) -> tuple[Contributor, ...]:
        """Those among the contributors who made the data."""
        return tuple(one for one in self.contributors if _CREATORS & set(one.roles))

    @property
    def url(self) -> str:
        """The address to which a citation leads."""
        return f"https://doi.org/{self.doi}" if self.doi else self.homepage

    @property
    def citation(self) -> str:
        """One line that cites the version."""
        names = "; ".join(one.inverted for one in self.creators)
        year = f"({self.created[:4]})" if self.created else ""
        head = " ".join(filter(None, (names, year)))
        parts = (head, self.title, f"Version {self.version} [data set]", self.url)
        return ". ".join(filter(None, parts)) + ("" if self.url else ".")


def about(package: Package) -> About:
    """Return what the descriptor of ``package`` says of it."""
    says = package.descriptor
    temporal = says["temporal"] if isinstance(says.get("temporal"), dict) else {}
    spatial = says["spatial"] if isinstance(says.get("spatial"), dict) else {}
    return About(
        name=package.name,
        version=clean(package.version),
        title=clean(says.get("title")) or clean(package.name),
        description=clean(says.get("description")),
        created=_day(says.get("created")),
        homepage=address(says.get("homepage")),
        repository=address(says.get("repository")),
        corrections=address(says.get("corrections")) or _mailbox(says.get("corrections")),
        doi=_doi(says.get("id")),
        keywords=tuple(dict.fromkeys(filter(None, map(clean, _list(says.get("keywords")))))),
        licences=tuple(map(_licence, _objects(says.get("licenses")))),
        contributors=tuple(_contributors(says.get("contributors"))),
        origins=tuple(_origins(says.get("sources"))),
        temporal=(_time(temporal.get("start")), _time(temporal.get("end"))),
        place=clean(spatial.get("description")),
        bbox=_bbox(spatial),
    )


def clean(value: object) -> str:
    """Return a text on one line with nothing that a terminal obeys; empty for what is no text."""
    return escape(" ".join(value.split())) if isinstance(value, str) else ""


def address(value: object) -> str:
    """Return a web address; empty for anything else, scripts and files among it."""
    return value if isinstance(value, str) and _URL.fullmatch(value) else ""


def _mailbox(value: object) -> str:
    return value if isinstance(value, str) and _MAILBOX.fullmatch(value) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[dict[str, Any]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _day(value: object) -> str:
    text = value[:10] if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(r"[0-9-]{10}", text) else ""
    except ValueError:
        return ""


def _time(value: object) -> str:
    return value if isinstance(value, str) and _TIME.fullmatch(value) else ""


def _doi(value: object) -> str:
    found = _DOI.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def _licence(entry: dict[str, Any]) -> Licence:
    name = clean(entry.get("name"))
    return Licence(name, clean(entry.get("title")), address(entry.get("path")), _spdx(name))


def _spdx(name: str) -> str:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not re.fullmatch(r"[A-Za-z0-9.+-]+", name):
        return ""
    try:
        return str(canonicalize_license_expression(name))
    except InvalidLicenseExpression:
        return ""


def _contributors(value: object) -> Iterator[Contributor]:
    for entry in _objects(value):
        given, family = clean(entry.get("givenName")), clean(entry.get("familyName"))
        name = clean(entry.get("title")) or " ".join(filter(None, (given, family)))
        name = name or clean(entry.get("organization"))
        if name:
            url = address(entry.get("path"))
            orcid = _ORCID.fullmatch(url)
            roles = filter(None, map(clean, [*_list(entry.get("roles")), entry.get("role")]))
            yield Contributor(
                name=name,
                given=given,
                family=family,
                organization=clean(entry.get("organization")),
                url=url,
                orcid=orcid[1] if orcid else "",
                roles=tuple(role.lower() for role in roles),
            )


def _origins(value: object) -> Iterator[Origin]:
    for entry in _objects(value):
        url = address(entry.get("path"))
        if title := clean(entry.get("title")) or url:
            yield Origin(title, url)


def _bbox(spatial: dict[str, Any]) -> tuple[float, ...]:
    values = _list(spatial.get("bbox"))
    if len(values) != 4 or spatial.get("crs") not in _WGS84:
        return ()
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in values):
        return ()
    west, south, east, north = values
    fits = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    return tuple(values) if fits else ()
