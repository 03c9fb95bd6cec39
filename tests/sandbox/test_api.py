"""The responses of a sandbox without faults, which are like Twilio's."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest
from flexflows.sandbox._endpoints import ListEndpoint
from jsonschema import Draft202012Validator, FormatChecker

from flexflows.sandbox import Sandbox

Connect: TypeAlias = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(230, seed=7) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox, connect: Connect) -> httpx.Client:
    return connect(sandbox)


@pytest.fixture(scope="module")
def page_schema(document: dict[str, Any], endpoint: ListEndpoint) -> Draft202012Validator:
    schema = document["paths"][endpoint.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())


def walk(client: httpx.Client, url: str | None = "", link: str = "next_page_url") -> Iterator[dict[str, Any]]:
    """Yield the pages from `url` on, following `link` to the end."""
    while url is not None:
        page = client.get(url).raise_for_status().json()
        yield page
        url = page["meta"][link]


@pytest.mark.parametrize("query", ["", "?PageSize=1000", "?PageSize=7", "?FriendlyName=Sales", "?FriendlyName=nobody"])
def test_every_page_fits_the_fragment(client: httpx.Client, page_schema: Draft202012Validator, query: str) -> None:
    """Every page validates against the fragment's schema of the response."""
    for page in walk(client, query):
        page_schema.validate(page)


@pytest.mark.parametrize("size", [1, 2, 49, 50, 115, 229, 230, 231, 1000])
def test_pages_hold_the_whole_list(sandbox: Sandbox, client: httpx.Client, endpoint: ListEndpoint, size: int) -> None:
    """With any page size, the pages hold every flow once, in order."""
    pages = [page[endpoint.key] for page in walk(client, f"?PageSize={size}")]
    assert [flow for page in pages for flow in page] == list(sandbox.flows)
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(pages) == -(-230 // size)


def test_the_default_page_holds_50(client: httpx.Client, endpoint: ListEndpoint) -> None:
    """Without PageSize a page holds 50 flows."""
    assert len(client.get("").json()[endpoint.key]) == 50


def test_meta_has_the_neighbouring_pages(sandbox: Sandbox, client: httpx.Client, endpoint: ListEndpoint) -> None:
    """URLs in meta are absolute, with page size and index; the ends have null."""
    first, second, third = walk(client, "?PageSize=100")
    base = f"{sandbox.url}{endpoint.path}?PageSize=100&Page="
    for index, page in enumerate((first, second, third)):
        assert page["meta"]["page"] == index
        assert page["meta"]["page_size"] == 100
        assert page["meta"]["key"] == endpoint.key
        assert page["meta"]["first_page_url"] == f"{base}0"
        assert page["meta"]["url"].startswith(f"{base}{index}")
    assert first["meta"]["previous_page_url"] is None
    assert first["meta"]["url"] == f"{base}0"
    assert first["meta"]["next_page_url"] == second["meta"]["url"]
    assert second["meta"]["url"].startswith(f"{base}1&PageToken=PAFO")
    assert second["meta"]["next_page_url"] == third["meta"]["url"]
    assert second["meta"]["previous_page_url"].startswith(f"{base}0&PageToken=PBFO")
    assert third["meta"]["next_page_url"] is None


def test_previous_pages(client: httpx.Client, endpoint: ListEndpoint) -> None:
    """Following previous_page_url from the last page gives the same pages in reverse."""
    forth = [page[endpoint.key] for page in walk(client, "?PageSize=100")]
    *_, last = walk(client, "?PageSize=100")
    back = [page[endpoint.key] for page in walk(client, last["meta"]["url"], "previous_page_url")]
    assert back == forth[::-1]


def test_the_next_page_of_the_previous_page(client: httpx.Client, endpoint: ListEndpoint) -> None:
    """The next page of the previous page is this page."""
    _, second, third = walk(client, "?PageSize=100")
    before = client.get(third["meta"]["previous_page_url"]).json()
    assert before[endpoint.key] == second[endpoint.key]
    assert client.get(before["meta"]["next_page_url"]).json()[endpoint.key] == third[endpoint.key]


def test_the_page_size_may_change_between_pages(sandbox: Sandbox, client: httpx.Client, endpoint: ListEndpoint) -> None:
    """A page token works with any page size."""
    first = client.get("?PageSize=100").json()
    rest = walk(client, str(httpx.URL(first["meta"]["next_page_url"]).copy_set_param("PageSize", 9)))
    assert [flow for page in (first, *rest) for flow in page[endpoint.key]] == list(sandbox.flows)


def test_a_token_after_the_last_flow_gives_an_empty_page(
    client: httpx.Client, endpoint: ListEndpoint, sandbox: Sandbox
) -> None:
    """A page after the last flow is empty and has no next page."""
    page = client.get(f"?Page=9&PageToken=PA{sandbox.flows[-1]['sid']}").json()
    assert (page[endpoint.key], page["meta"]["next_page_url"], page["meta"]["previous_page_url"]) == ([], None, None)


def test_a_token_before_the_first_flow_gives_an_empty_page(
    client: httpx.Client, endpoint: ListEndpoint, sandbox: Sandbox
) -> None:
    """A page before the first flow is empty, and the next page starts the list."""
    page = client.get(f"?PageToken=PB{sandbox.flows[0]['sid']}").json()
    assert (page[endpoint.key], page["meta"]["previous_page_url"]) == ([], None)
    assert client.get(page["meta"]["next_page_url"]).json()[endpoint.key] == sandbox.flows[:50]


def test_a_token_may_be_padded(client: httpx.Client, endpoint: ListEndpoint, sandbox: Sandbox) -> None:
    """Padding at the end of a page token is ignored, raw or escaped."""
    for padding in ("=", "==", "%3D%3D"):
        page = client.get(f"?Page=1&PageToken=PA{sandbox.flows[9]['sid']}{padding}").json()
        assert page[endpoint.key][0] == sandbox.flows[10]


def test_flows_may_change_between_pages(connect: Connect, endpoint: ListEndpoint) -> None:
    """A flow added or removed between two pages repeats no other flow and skips none."""
    with Sandbox(20) as sandbox:
        client, expected = connect(sandbox), list(sandbox.flows)
        first = client.get("?PageSize=10").json()
        sandbox.flows.insert(0, {"sid": "FO" + "1" * 32})
        del sandbox.flows[3]
        rest = client.get(first["meta"]["next_page_url"]).json()
        assert first[endpoint.key] + rest[endpoint.key] == expected


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_filter_applies_to_all_pages(
    sandbox: Sandbox, client: httpx.Client, endpoint: ListEndpoint, size: int
) -> None:
    """A filter selects the flows with that name, and is part of the next and previous page's URL."""
    wanted = sandbox.flows[3]["friendly_name"]
    expected = [flow for flow in sandbox.flows if flow["friendly_name"] == wanted]
    assert len(expected) > 3
    pages = list(walk(client, f"?{httpx.QueryParams({'FriendlyName': wanted, 'PageSize': size})}"))
    assert [flow for page in pages for flow in page[endpoint.key]] == expected
    assert all(httpx.URL(page["meta"]["url"]).params["FriendlyName"] == wanted for page in pages)
    back = walk(client, pages[-1]["meta"]["url"], "previous_page_url")
    assert [page[endpoint.key] for page in back] == [page[endpoint.key] for page in pages[::-1]]


@pytest.mark.parametrize("size", [2, 1000])
def test_a_filter_of_any_text(connect: Connect, endpoint: ListEndpoint, size: int) -> None:
    """A filter finds any text, and other values by their JSON text."""
    values = ['a "quoted" name"', "東京 & Zürich", "", True, None, 12, "12", "%41", "a+b"]
    with Sandbox([{"friendly_name": value} for value in values] + [{}]) as sandbox:
        client = connect(sandbox)
        for value, wanted, count in (
            *((value, value, 1) for value in values if isinstance(value, str) and value != "12"),
            (True, "true", 1),
            (12, "12", 2),
        ):
            query = httpx.QueryParams({"FriendlyName": wanted, "PageSize": size})
            found = client.get(f"?{query}").json()[endpoint.key]
            assert {"friendly_name": value} in found
            assert len(found) == count
        assert client.get("?FriendlyName=null").json()[endpoint.key] == []


def test_parameters_that_the_fragment_does_not_know_are_ignored(client: httpx.Client, endpoint: ListEndpoint) -> None:
    """An unknown parameter changes nothing, and is not in the next page's URL."""
    page = client.get("?Colour=red").json()
    assert len(page[endpoint.key]) == 50
    assert "Colour" not in page["meta"]["next_page_url"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=1001", 20007),
        ("PageSize=0", 20007),
        ("PageSize=-1", 20007),
        ("PageSize=", 20007),
        ("PageSize=ten", 20007),
        ("PageSize=1_0", 20007),
        ("PageSize=%D9%A1", 20007),
        ("PageSize=99999999999999999999", 20007),
        ("Page=1", 70002),
        ("Page=-1", 70002),
        ("Page=one", 70002),
        ("PageToken=", 21481),
        ("PageToken=nonsense", 21481),
        ("PageToken=PAFO" + "0" * 32, 21481),
        ("PageToken=PBFO" + "f" * 32, 21481),
        ("PageToken=PAXX" + "0" * 32, 21481),
        ("Page=1&PageToken=PCFO" + "0" * 32, 21481),
    ],
)
def test_invalid_parameters(client: httpx.Client, query: str, code: int) -> None:
    """A parameter out of range gives Twilio's status and code, in the legacy error format."""
    response = client.get(f"?{query}")
    assert response.status_code == 400
    assert response.json() == {
        "code": code,
        "message": response.json()["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }


@pytest.mark.parametrize("pair", [("account_sid", "auth_token"), ("api_key", "api_secret")])
def test_both_kinds_of_credentials_are_accepted(sandbox: Sandbox, client: httpx.Client, pair: tuple[str, str]) -> None:
    """Account SID and auth token are accepted, and so are API key and secret."""
    user, password = (getattr(sandbox, name) for name in pair)
    assert client.get("", auth=(user, password)).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ???",
        "Basic w7Y=x",
        "Basic gICA",
        "Basic \xf6",
        "Bearer abc",
        lambda sandbox: httpx.BasicAuth(sandbox.account_sid, sandbox.api_secret)._auth_header,
        lambda sandbox: httpx.BasicAuth(sandbox.account_sid, "")._auth_header,
        "Basic Og==",
        lambda sandbox: httpx.BasicAuth(sandbox.account_sid, sandbox.auth_token)._auth_header.replace(
            "Basic", "Digest"
        ),
    ],
)
def test_other_credentials_are_refused(sandbox: Sandbox, endpoint: ListEndpoint, authorization: Any) -> None:
    """Missing, wrong or malformed credentials give 401, code 20003."""
    value = authorization(sandbox) if callable(authorization) else authorization
    headers = {} if value is None else {"Authorization": value.encode("latin-1")}
    response = httpx.get(sandbox.url + endpoint.path, headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, 20003)
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_the_scheme_is_case_insensitive(sandbox: Sandbox, endpoint: ListEndpoint) -> None:
    """`basic` is accepted like `Basic` (RFC 7617)."""
    header = httpx.BasicAuth(sandbox.account_sid, sandbox.auth_token)._auth_header.replace("Basic", "bASIC")
    assert httpx.get(sandbox.url + endpoint.path, headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/Flexflows", "/v1/FlexFlows/", "/v2/FlexFlows", "/v1/FlexFlows%2F"])
def test_other_paths_are_not_found(sandbox: Sandbox, client: httpx.Client, path: str) -> None:
    """Any other path gives 404, code 20404, or 401 without credentials."""
    assert httpx.get(sandbox.url + path).status_code == 401
    response = client.get(sandbox.url + path)
    assert (response.status_code, response.json()["code"]) == (404, 20404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_not_allowed(client: httpx.Client, method: str) -> None:
    """Any method other than GET gives 405."""
    response = client.request(method, "", content=b"x" * 100_000 if method == "POST" else None)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")


def test_responses_have_twilios_headers(connect: Connect) -> None:
    """Request ids depend on the seed and the request's number only."""
    ids = []
    for _ in range(2):
        with Sandbox(1, seed=5) as sandbox:
            client = connect(sandbox)
            responses = [client.get(""), client.get("?Page=x"), client.get("")]
            ids.append([response.headers["Twilio-Request-Id"] for response in responses])
            assert {response.headers["Content-Type"] for response in responses} == {"application/json"}
            assert {response.headers["Twilio-Concurrent-Requests"] for response in responses} == {"1"}
            assert {response.headers["Twilio-Request-Duration"] for response in responses} == {"0.000"}
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3
    assert all(each.startswith("RQ") and len(each) == 34 for each in ids[0])


def test_urls_may_name_another_host(connect: Connect, endpoint: ListEndpoint) -> None:
    """`host_in_urls` is the origin of the URLs in responses; the flows do not change."""
    with Sandbox(60, host_in_urls="https://flex-api.twilio.com/") as sandbox:
        page = connect(sandbox).get("").json()
        assert page["meta"]["next_page_url"].startswith(f"https://flex-api.twilio.com{endpoint.path}?")
        assert page["meta"]["url"].startswith(f"https://flex-api.twilio.com{endpoint.path}?")
    assert page[endpoint.key] == Sandbox(60).flows[:50]
