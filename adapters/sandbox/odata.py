"""Collections as OData answers them: filter, order, page, select, count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from adapters.sandbox.call import Call, Json
from adapters.sandbox.refusal import bad_request
from adapters.sandbox.where import where

T = TypeVar("T")

_UNKNOWN = ("$search", "$apply", "$compute")


def collection(
    call: Call,
    items: Sequence[T],
    render: Callable[[T], Json],
    context: str,
    *,
    page: int,
    most: int,
    keep: tuple[str, ...] = (),
) -> Json:
    """One page of `items`; `page` long by default, `most` at most.  `keep` survives $select."""
    for option in _UNKNOWN:
        if option in call.query:
            raise bad_request(f"The query option '{option}' is not supported here.")
    top = min(call.whole("$top", page), most) or page
    skip = call.whole("$skip", 0)
    rendered, total = _window(call, items, render, skip, top)
    body: Json = {"@odata.context": call.context(context)}
    if call.query.get("$count", "").lower() == "true":
        body["@odata.count"] = total
    body["value"] = [select(call, each, keep) for each in rendered]
    if skip + top < total:
        body["@odata.nextLink"] = next_link(call, skip + top)
    return body


def entity(call: Call, rendered: Json, context: str, *, keep: tuple[str, ...] = ()) -> Json:
    return {"@odata.context": call.context(context), **select(call, rendered, keep)}


def select(call: Call, rendered: Json, keep: tuple[str, ...] = ()) -> Json:
    """What $select names; Refusal 400 for a property that there is not."""
    asked = call.query.get("$select", "")
    if not asked:
        return rendered
    by_name = {name.lower(): name for name in rendered}
    names = [*keep]
    for part in asked.split(","):
        name = part.strip().lower()
        if name and name not in by_name:
            raise bad_request(
                "Parsing OData Select and Expand failed: "
                f"Could not find a property named '{part.strip()}'."
            )
        names += [by_name[name]] if name else []
    return {name: rendered[name] for name in rendered if name in names}


def next_link(call: Call, skip: int) -> str:
    """The next page's absolute address, with everything else as it was asked."""
    query = {**call.query, "$skip": str(skip)}
    return f"{call.root}/{call.path}?{urlencode(query, quote_via=quote, safe='$,:')}"


def _window(
    call: Call, items: Sequence[T], render: Callable[[T], Json], skip: int, top: int
) -> tuple[list[Json], int]:
    """The rendered page and the number of all that match; renders no more than it must."""
    if not {"$filter", "$orderby"} & call.query.keys():
        return [render(item) for item in items[skip : skip + top]], len(items)
    rendered = [render(item) for item in items]
    if "$filter" in call.query:
        matches = where(call.query["$filter"])
        rendered = [item for item in rendered if matches(item)]
    if "$orderby" in call.query:
        rendered = _ordered(rendered, call.query["$orderby"])
    return rendered[skip : skip + top], len(rendered)


def _ordered(rendered: list[Json], order: str) -> list[Json]:
    for key in reversed(order.split(",")):
        path, _, direction = key.strip().partition(" ")
        rendered = sorted(
            rendered,
            key=lambda item, path=path: _sort_key(item, path),  # type: ignore[misc]
            reverse=direction.strip().lower() == "desc",
        )
    return rendered


def _sort_key(item: Json, path: str) -> tuple[bool, Any]:
    found: Any = item
    for part in path.split("/"):
        if not isinstance(found, dict) or part not in found:
            raise bad_request(f"Could not find a property named '{path}'.")
        found = found[part]
    return (found is not None, found)
