"""Cursors: their content, the URLs of pages, and the identity of a page."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexflows import _cursors as cursors

PATH = "/v1/FlexFlows"
HOST = "https://flex-api.twilio.com"
WRONG = "cursor must be a next_cursor, previous_cursor or error's cursor of this list, unchanged"


def encoded(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "PageToken=abc==",
        "PageToken=abc%3D%3D&Page=1&New=x",
        "FriendlyName=%E6%9D%B1+%26",
        "a",
        "&&=",
        "a?b/c:d'e\"f<g>",
        *("a" * length + last for length in range(3) for last in "$?~\x7e0Az"),
        "a" * cursors.MAX_QUERY,
    ],
)
def test_a_cursor_decodes_to_its_query(query: str) -> None:
    """A cursor is safe in a file name and a URL, and holds every byte of its query."""
    cursor = cursors.encode(PATH, query)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursors.decode(PATH, cursor) == (PATH, query)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/v1/{Sid}/Flows", "/v1/FO1/Flows"),
        ("/v1/{Sid}/Flows", "/v1/a%2Fb/Flows"),
        ("/v1/{Sid}.{Format}", "/v1/FO1.json"),
        ("/v1.0/Flows", "/v1.0/Flows"),
    ],
)
def test_a_cursor_holds_the_path(template: str, path: str) -> None:
    """The path parameters of an operation are part of its cursors."""
    assert cursors.decode(template, cursors.encode(path, "Page=1")) == (path, "Page=1")


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/v1/{Sid}/Flows", "/v1/FO1/FO2/Flows"),
        ("/v1/{Sid}/Flows", "/v1//Flows"),
        ("/v1/{Sid}/Flows", "/v1/./Flows"),
        ("/v1/{Sid}/Flows", "/v1/../Flows"),
        ("/v1/{Sid}/Flows", "/v1/a#b/Flows"),
        ("/v1.0/Flows", "/v1x0/Flows"),
    ],
)
def test_a_cursor_of_another_path_is_refused(template: str, path: str) -> None:
    """A path parameter must be one segment of the path, other than `.` and `..`."""
    with pytest.raises(ValueError, match=r"^cursor must be"):
        cursors.decode(template, cursors.encode(path, "Page=1"))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        " ",
        "x",
        "not a cursor",
        "é",
        "\ud83d",
        encoded("/v1/FlexFlow?Page=1"),
        encoded("?Page=1"),
        encoded("/v1/Elsewhere?Page=1"),
        encoded(f"{PATH}/FO1?Page=1"),
        encoded(f"{PATH}?Page=1#x"),
        encoded(f"{PATH}?Page= 1"),
        encoded(f"{PATH}?Page=1\r\nHost: elsewhere"),
        encoded(f"{PATH}?Page=é"),
        encoded(b"/v1/FlexFlows?\xff"),
        encoded(f"{PATH}?" + "a" * (cursors.MAX_QUERY + 1)),
        encoded(f"{HOST}{PATH}?Page=1"),
        f"{encoded(f'{PATH}?Page=1')}\n",
        f" {encoded(f'{PATH}?Page=1')}",
        f"{encoded(f'{PATH}?Page=1')}!\n!\n",
        f"{HOST}{PATH}?Page=1",
    ],
)
def test_other_texts_are_refused(cursor: str) -> None:
    """A text that is not a cursor of this list, or was changed, is refused; the message does not quote it."""
    with pytest.raises(ValueError, match=r"^cursor must be") as caught:
        cursors.decode(PATH, cursor)
    assert str(caught.value) == WRONG


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (f"{HOST}{PATH}?PageSize=50&Page=1&PageToken=PAFO", "PageSize=50&Page=1&PageToken=PAFO"),
        (f"https://elsewhere.invalid{PATH}?Page=1", "Page=1"),
        (f"//elsewhere.invalid{PATH}?Page=1", "Page=1"),
        (f"{PATH}?Page=1", "Page=1"),
        (f"{HOST}{PATH}/?Page=1", "Page=1"),
        (f"{HOST}/v1/%46lexFlows?Page=1", "Page=1"),
        (f"{HOST}{PATH}?PageToken=a==&b=%3D%3d", "PageToken=a==&b=%3D%3d"),
        (f"{HOST}{PATH}?New=1&New=2&&", "New=1&New=2&&"),
        (f"{HOST}{PATH}?FriendlyName=a b", "FriendlyName=a%20b"),
        (f"{HOST}{PATH}?FriendlyName=東", "FriendlyName=%E6%9D%B1"),
        (f"{HOST}{PATH}?a=1#b=2", "a=1"),
        (f"{PATH}?" + "a" * cursors.MAX_QUERY, "a" * cursors.MAX_QUERY),
        (f"{HOST}{PATH}?a?b", "a?b"),
        (f"{HOST}/proxy{PATH}?Page=1", "Page=1"),
        (f"http://user:password@elsewhere.invalid:99999999{PATH}?Page=1", "Page=1"),
    ],
)
def test_the_query_of_a_page(url: str, query: str) -> None:
    """A page's query is that of its URL, byte for byte, whatever host the URL names."""
    assert cursors.query_of(url, PATH, prefix="/proxy") == query


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (42, "it is not a string but a JSON int"),
        ([], "it is not a string but a JSON list"),
        (False, "it is not a string but a JSON bool"),
        ("", "it has no query"),
        (f"{HOST}{PATH}", "it has no query"),
        (f"{HOST}{PATH}?", "it has no query"),
        (f"{HOST}{PATH}#?a=b", "it has no query"),
        (f"{HOST}/v1/Elsewhere?Page=1", "its path is '/v1/Elsewhere' and not '/v1/FlexFlows'"),
        (f"{HOST}{PATH}/FO1?Page=1", "its path is '/v1/FlexFlows/FO1' and not '/v1/FlexFlows'"),
        (f"{HOST}/v1/../v1/FlexFlows?Page=1", "its path is '/v1/../v1/FlexFlows' and not '/v1/FlexFlows'"),
        (f"{HOST}/proxy/v1?Page=1", "its path is '/proxy/v1' and not '/v1/FlexFlows'"),
        (f"{HOST}{PATH}X?Page=1", "its path is '/v1/FlexFlowsX' and not '/v1/FlexFlows'"),
        ("?Page=1", "its path is '' and not '/v1/FlexFlows'"),
        ("https://[::1/?Page=1", "it cannot be read: Invalid IPv6 URL"),
        (f"{PATH}?" + "a" * 32_001, "its query is longer than 32000 characters"),
        (f"{PATH}?a=\ud83d", "'utf-8' codec can't encode"),
    ],
)
def test_urls_of_other_pages_are_refused(url: object, why: str) -> None:
    """A URL that cannot lead to a page of the list is refused, with the reason."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
        cursors.query_of(url, PATH, prefix="/proxy")
    assert str(caught.value).startswith(why)


def test_the_prefix_is_that_of_the_base_url() -> None:
    """Without a prefix, only the list's own path is accepted."""
    with pytest.raises(ValueError, match="its path is"):
        cursors.query_of(f"{HOST}/proxy{PATH}?Page=1", PATH, prefix="")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "PageSize=7"),
        ("Page=1", "Page=1&PageSize=7"),
        ("PageSize=50&Page=1", "PageSize=7&Page=1"),
        ("Page=1&PageSize=50&PageToken=a==", "Page=1&PageSize=7&PageToken=a=="),
        ("PageSize=50&PageSize=60", "PageSize=7&PageSize=7"),
        ("PageSize", "PageSize=7"),
        ("PageSize=7", "PageSize=7"),
        ("XPageSize=50&PageSizes=1", "XPageSize=50&PageSizes=1&PageSize=7"),
        ("a=%3D%3d&b=+%20", "a=%3D%3d&b=+%20&PageSize=7"),
    ],
)
def test_the_page_size_is_set_in_place(query: str, expected: str) -> None:
    """The page size replaces the server's where it stands, and no other byte changes."""
    assert cursors.with_page_size(query, "PageSize", 7) == expected


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("", "PageSize=50&Page=0", True),
        ("Page=0", "Page=1", False),
        ("a=1&b=2", "b=2&a=1", True),
        ("PageToken=a==", "PageToken=a%3D%3D", True),
        ("PageToken=a", "PageToken=b", False),
        ("PageToken=%FF", "PageToken=%FE", False),
        ("a=1", "a=1&a=1", False),
        ("a=", "a", True),
        ("a=", "", False),
        ("a=+", "a=%20", True),
        ("Page=0&PageToken=a", "PageToken=a", True),
        ("Page=5&PageToken=a&New=1", "Page=9&PageToken=a", True),
        ("PageToken=a&PageToken=b", "PageToken=a", False),
        ("Page=00", "", False),
        ("Size=1", "Size=2", False),
    ],
)
def test_the_identity_of_a_page(one: str, other: str, are_the_same: bool) -> None:  # noqa: FBT001 - a column
    """Two queries are the same page if their tokens are equal, or without tokens their other parameters."""
    assert (cursors.identity(one, "PageSize") == cursors.identity(other, "PageSize")) is are_the_same


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is a cursor of the list, or raises the same error."""
    try:
        path, query = cursors.decode(PATH, text)
    except ValueError as error:
        assert str(error) == WRONG  # noqa: PT017
    else:
        assert cursors.decode(PATH, cursors.encode(path, query)) == (PATH, query)


@given(st.text())
def test_any_query_of_a_url_can_be_resumed(text: str) -> None:
    """Any query that a server puts into a next page's URL is decoded unchanged from its cursor."""
    try:
        query = cursors.query_of(f"{HOST}{PATH}?{text}", PATH, prefix="")
    except ValueError:
        return
    assert cursors.decode(PATH, cursors.encode(PATH, query)) == (PATH, query)
    assert cursors.query_of(f"{PATH}?{query}", PATH, prefix="") == query
    assert query.isascii()
    cursors.identity(query, "PageSize")
