"""The pages of who signs, over HTTP as a browser without a script sends them, and as its script does."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pytest
import requests

from registry import clock
from registry.oauth import sessions
from registry.signing.brief import MOST_WORDS
from tests.integration.http.deed import Thing
from tests.integration.http.deeds import fresh
from tests.integration.http.passkey_deeds import renew_key, vouching
from tests.integration.http.world import World
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE

FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@dataclass(frozen=True)
class Browser:
    """One person's browser: their session's cookie, and the forms of the pages it read."""

    world: World
    cookie: dict[str, str]

    def read(self, path: str) -> requests.Response:
        return self.world.session.get(
            self.world.url + path, cookies=self.cookie, headers={"accept": "text/html"}, allow_redirects=False
        )

    def send(self, path: str, fields: dict[str, str], accept: str = "text/html") -> requests.Response:
        return self.world.session.post(
            self.world.url + path,
            data=fields,
            cookies=self.cookie,
            headers={"accept": accept},
            allow_redirects=False,
        )

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form that acts."""
        act = self.read(path).text.partition('id="act"')[2].partition("</form>")[0]
        return {name: unescape(value) for name, value in FIELD.findall(act)}


Of = Callable[..., Browser]


@pytest.fixture
def browser_of(world: World) -> Of:
    """The browser of someone who holds a role at an organisation."""

    def of(role: str, organisation: str = LANCASHIRE, *, second: bool = False) -> Browser:
        caller = world.cast(organisation, role, second=second)
        with world.db.write() as tx:
            session = sessions.begin(
                tx, clock.now(), person=caller.person, strength="passkey", organisation=organisation
            )
        return Browser(world, {"registry-session": session.cookie})

    return of


@pytest.fixture
def ready(world: World) -> Thing:
    """An agreement that waits for its signatures."""
    return fresh(world, "agreement ready")


def page_of(thing: Thing) -> str:
    return f"/sign/{thing.id}/{thing.version}"


def words_in(html: str) -> int:
    brief = html.partition('<section id="brief"')[2].partition("</section>")[0].partition(">")[2]
    return len(unescape(re.sub(r"<[^>]+>", " ", brief)).split())


def status_of(world: World, thing: Thing) -> str:
    answer = world.send("GET", f"/api/v1/agreements/{thing.id}", world.cast(LANCASHIRE, "ig_officer"))
    return str(answer.json()["status"])


def test_the_home_page_tells_each_what_waits_for_them(world: World, browser_of: Of, ready: Thing) -> None:
    ours = browser_of("signatory").read("/home").text
    mine, _, _rest = ours.partition("Overdue")
    assert ready.id in mine
    assert f"{page_of(ready)}" in mine
    assert "Read and sign" in mine
    officers = browser_of("ig_officer").read("/home").text
    assert ready.id in officers.partition("Waiting for others")[2]
    assert ready.id not in browser_of("signatory", POLICE).read("/home").text


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_a_text_is_read_in_three_hundred_words(browser_of: Of, ready: Thing, prefix: str) -> None:
    answer = browser_of("signatory").read(prefix + page_of(ready))
    assert answer.status_code == 200
    assert f'lang="{prefix[1:] or "en"}"' in answer.text
    assert 30 < words_in(answer.text) <= MOST_WORDS


def test_a_plain_button_signs_once_however_often_it_is_pressed(
    world: World, browser_of: Of, ready: Thing
) -> None:
    browser = browser_of("signatory")
    form = browser.fields(page_of(ready)) | {"decision": "sign"}
    first = browser.send(page_of(ready), form)
    assert (first.status_code, first.headers["location"]) == (303, f"{page_of(ready)}/receipt")
    size = world.size()
    again = browser.send(page_of(ready), form)
    assert (again.status_code, world.size()) == (303, size)
    receipt = browser.read(first.headers["location"]).text
    assert ready.hash in receipt
    assert "Signed in to the registry" in receipt
    assert f"/register/{ready.id}/approvals" in receipt


def test_a_passkey_signs_what_the_page_shows(world: World, browser_of: Of, ready: Thing) -> None:
    signatory = world.cast(LANCASHIRE, "signatory")
    renew_key(world)
    made = vouching(world)
    made.put_in_force(made.next_roster(LANCASHIRE))
    browser = browser_of("signatory")
    form = browser.fields(page_of(ready)) | {"decision": "sign"}
    stated = browser.send(f"{page_of(ready)}/statement", form, accept="application/json").json()
    credential = made.passkeys[signatory.acting_person].get(stated["options"])
    signed = {"statement": stated["statement"], "credential": credential}
    browser.send(page_of(ready), form | {"assertion": json.dumps(signed)})
    assert "own passkey" in browser.read(f"{page_of(ready)}/receipt").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"decision": "sign", "hash": "sha256:" + "0" * 64}, "hash"),
        ({"decision": "sign", "assertion": "{}"}, "signature is about something else"),
        ({"decision": "refuse", "reason": ""}, "Enter why you refuse"),
        ({"decision": "sign", "role": "caldicott_guardian"}, "roles"),
        ({"decision": "perhaps", "reason": "Kept as typed."}, "is not complete"),
        ({"decision": "refuse", "reason": "x" * 20_001}, "no more than 20,000 characters"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    world: World, browser_of: Of, ready: Thing, sent: dict[str, str], said: str
) -> None:
    browser, size = browser_of("signatory"), world.size()
    answer = browser.send(page_of(ready), browser.fields(page_of(ready)) | sent)
    summary = answer.text.partition("govuk-error-summary")[2].partition("</ul>")[0]
    assert answer.status_code in (400, 403, 409, 422)
    assert "<title>Error: " in answer.text
    assert said in unescape(summary)
    assert sent.get("reason", "") in answer.text
    assert (world.size(), status_of(world, ready)) == (size, "ready_to_sign")


def test_a_refusal_with_its_reason_ends_the_version(world: World, browser_of: Of, ready: Thing) -> None:
    browser = browser_of("signatory")
    form = browser.fields(page_of(ready)) | {"decision": "refuse", "reason": "It asks for too much."}
    assert browser.send(page_of(ready), form).status_code == 303
    assert status_of(world, ready) == "rejected"
    assert "Refused" in browser.read(f"{page_of(ready)}/receipt").text


def test_a_form_from_elsewhere_changes_nothing(world: World, browser_of: Of, ready: Thing) -> None:
    browser, size = browser_of("signatory"), world.size()
    form = browser.fields(page_of(ready)) | {"decision": "sign"}
    for token in ("", "x" * 43):
        assert browser.send(page_of(ready), form | {"csrf_token": token}).status_code == 403
    assert world.size() == size


@pytest.mark.parametrize("typed", ["%00", "%ff"])
def test_what_is_no_form_is_no_page_s_fault(browser_of: Of, ready: Thing, typed: str) -> None:
    browser = browser_of("signatory")
    answer = browser.world.session.post(
        browser.world.url + page_of(ready),
        data=f"decision=refuse&reason={typed}",
        cookies=browser.cookie,
        headers={"accept": "text/html", "content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400
    assert "text/html" in answer.headers["content-type"]


def test_strangers_are_told_of_nothing(browser_of: Of, ready: Thing) -> None:
    stranger = browser_of("signatory", POLICE)
    for path in (page_of(ready), f"{page_of(ready)}/receipt", f"{page_of(ready)}/changes"):
        assert stranger.read(path).status_code == 404
    assert stranger.read("/sign/ISA-AAAAAAAAAA/1").status_code == 404


def test_whoever_has_nothing_to_sign_is_told_why(browser_of: Of, ready: Thing) -> None:
    shown = browser_of("dpo").read(page_of(ready)).text
    assert "in a role that you do not hold" in shown
    assert 'value="sign"' not in shown


def test_a_colleague_reviews_the_text_on_the_same_page(world: World, browser_of: Of) -> None:
    thing = fresh(world, "agreement in_review")
    browser = browser_of("ig_officer", second=True)
    form, path = browser.fields(page_of(thing)), f"{page_of(thing)}/review"
    unsaid = browser.send(path, form | {"outcome": "changes", "interests": "I live there."})
    assert unsaid.status_code == 400
    assert "I live there." in unsaid.text
    assert browser.send(path, form | {"outcome": "accept"}).status_code == 303
    assert status_of(world, thing) == "ready_to_sign"
    assert browser.send(path, form | {"outcome": "accept"}).status_code == 412


def test_a_dpia_is_advised_on_and_decided_on_its_page(world: World, browser_of: Of) -> None:
    thing = fresh(world, "dpia submitted")
    path = f"/decide/dpia/{thing.id}"
    dpo, siro = browser_of("dpo"), browser_of("siro")
    assert "waits for someone in another role" in siro.read(path).text
    advice = dpo.fields(path) | {"advice": "conditions", "text": "Shorten the retention."}
    assert dpo.send(f"{path}/advice", advice).headers["location"] == path
    form = siro.fields(path) | {"decision": "approve_with_conditions", "reason": "Lives are at stake."}
    unmet = siro.send(path, form | {"condition_1": "Shorten it."})
    assert unmet.status_code == 400
    assert "Shorten it." in unmet.text
    assert "Lives are at stake." in unmet.text
    condition = {"condition_1": "Shorten it.", "owner_1": "Head of records", "due_1": "2099-01-01"}
    assert siro.send(path, form | condition).status_code == 303
    decided = dpo.read(path).text
    assert "Approved with conditions" in decided
    assert "Shorten it." in decided
    assert siro.send(path, form | condition).status_code == 412
    assert browser_of("siro", BLACKPOOL).read("/decide/dpia/nonsense").status_code == 404


def test_a_signatory_asks_and_the_author_answers_before_anything_is_signed(
    world: World, browser_of: Of, ready: Thing
) -> None:
    asker, author = browser_of("signatory", BLACKPOOL), browser_of("ig_officer")
    path, token = f"{page_of(ready)}/questions", {"csrf_token": asker.fields(page_of(ready))["csrf_token"]}
    empty = asker.send(path, token | {"question": " "})
    assert empty.status_code == 400
    assert '<details class="govuk-details" open>' in empty.text
    for _ in range(2):
        assert asker.send(path, token | {"question": "Who sees it?"}).headers["location"] == page_of(ready)
    assert ready.id in author.read("/home").text.partition("Overdue")[0]
    shown = author.read(page_of(ready)).text
    assert shown.count("Who sees it?") == 1
    answering = re.findall(rf'action="({re.escape(path)}/[0-9a-f-]+)"', shown)
    token = {"csrf_token": dict(FIELD.findall(shown))["csrf_token"]}
    for said, status in (("Three officers.", 303), ("Three officers.", 303), ("Nobody.", 409)):
        assert author.send(answering[0], token | {"answer": said}).status_code == status
    assert "Three officers." in asker.read(page_of(ready)).text
    assert status_of(world, ready) == "ready_to_sign"
    assert author.send(f"{path}/nonsense", token | {"answer": "What?"}).status_code == 404
    assert browser_of("dpo", BLACKPOOL).send(path, token).status_code == 403
