"""The words by which bodies and headers tell of pages, without case and signs."""

from collections.abc import Mapping
from typing import Final

# Objects in which a body speaks of its list, beside the place where the list is.
PLACES: Final = frozenset(
    {
        *("metadata", "meta", "pagination", "paging", "paginator", "pager", "page"),
        *("pageinfo", "pageable", "paginginfo", "paginationinfo", "pagingmetadata"),
        *("links", "link", "info", "cursor", "cursors", "list", "listinfo", "range"),
        *("data", "result", "results", "response", "payload", "content", "body", "d"),
        *("embedded", "hits", "responsemetadata", "nav", "navigation"),
    }
)
# A page may say by these how many rows it has itself.
COUNTS: Final = frozenset({"count", "itemcount", "itemscount", "resultcount", "hits"})
TOTALS: Final = COUNTS | {
    *("total", "totalcount", "totalitems", "totalelements", "totalresults", "of"),
    *("totalrecords", "totalrows", "totalhits", "totalentries", "totalobjects"),
    *("totalsize", "totalnumber", "recordcount", "rowcount", "elementcount"),
    *("recordstotal", "numfound", "numberofitems", "inlinecount", "odatacount"),
    *("anzahl", "gesamt", "gesamtanzahl"),
}
PAGE_COUNTS: Final = frozenset(
    {
        *("pages", "pagecount", "pagescount", "totalpages", "pagetotal", "lastpage"),
        *("numpages", "numberofpages", "maxpage", "totalpagecount"),
    }
)
PAGE: Final = frozenset(
    {"page", "pagenumber", "pageno", "pageindex", "pagenum", "currentpage"}
)
# Asked for by the name under which it is told; others by `page`.
PAGE_AS_TOLD: Final = frozenset({"pagenumber", "pageindex", "pageno", "pagenum"})
SIZES: Final = frozenset(
    {
        *("limit", "pagesize", "perpage", "itemsperpage", "pagelimit", "maxresults"),
        *("maxitems", "resultsperpage", "recordsperpage"),
    }
)
MORE: Final = frozenset(
    {
        *("more", "hasmore", "hasnext", "hasnextpage", "hasmorepages", "hasmoreitems"),
        *("hasmoreresults", "moreavailable", "moreresults", "moreitems", "morepages"),
        *("nextavailable", "existsnext", "truncated", "istruncated", "incomplete"),
        *("isincomplete", "partial", "ispartial", "limited", "limitreached"),
    }
)
NO_MORE: Final = frozenset(
    {
        *("islast", "islastpage", "lastpage", "complete", "iscomplete"),
        *("endofresults", "endoflist", "atend", "last"),
    }
)
NEXT: Final = frozenset(
    {
        *("next", "nextlink", "nexturl", "nexturi", "nexthref", "nextpage"),
        *("nextpageurl", "nextpagelink", "nextpageuri", "odatanextlink", "nextresults"),
        *("nextrecordsurl", "linknext"),
    }
)
# What stands for the place where the next page begins, and how it is asked for.
CURSORS: Final[Mapping[str, str]] = {
    "cursor": "cursor",
    "nextcursor": "cursor",
    "endcursor": "after",
    "after": "after",
    "nextpagetoken": "pageToken",
    "pagetoken": "pageToken",
    "nexttoken": "nextToken",
    "continuation": "continuation",
    "continuationtoken": "continuationToken",
    "nextcontinuationtoken": "continuationToken",
    "marker": "marker",
    "nextmarker": "marker",
    "scrollid": "scrollId",
    "nextoffset": "offset",
    "nextskip": "skip",
    "nextstart": "start",
}
# These speak of pages only beside words that cannot mean anything else.
WEAK_PAGE: Final = frozenset({"number", "current", "index"})
WEAK_SIZES: Final = frozenset({"size", "take", "top", "length"})
WEAK_OFFSETS: Final = frozenset(
    {"offset", "skip", "start", "startat", "startindex", "firstresult", "from"}
)
WEAK: Final = WEAK_PAGE | WEAK_SIZES | WEAK_OFFSETS
STRONG: Final = (TOTALS - COUNTS) | PAGE_COUNTS | PAGE | SIZES
# Of headers, after `X-` or `Pagination-`.
IN_HEADERS: Final = (
    (TOTALS | PAGE_COUNTS | PAGE | SIZES | MORE | NEXT | frozenset(CURSORS))
    - {"of", "hits", "limit", "partial", "limited"}
)  # fmt: skip
