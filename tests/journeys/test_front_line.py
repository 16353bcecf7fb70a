"""A constable, a nurse and a social worker ask "can we share?" on a page, and take a card along."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.journeys.world import Json, World, eventually

SENTENCES = {
    "PERMIT": (
        "Yes: a registered agreement covers this kind of sharing.",
        "Ie: mae cytundeb cofrestredig yn cwmpasu’r math hwn o rannu.",
    ),
    "PERMIT_WITH_OBLIGATIONS": (
        "Yes, if you do everything listed here: a registered agreement covers this kind of sharing.",
        "Ie, os gwnewch bopeth a restrir yma: mae cytundeb cofrestredig yn cwmpasu’r math hwn o rannu.",
    ),
    "DUTY_TO_SHARE": (
        "No registered agreement covers this, but the law may require you to share it.",
        "Nid oes cytundeb cofrestredig sy’n cwmpasu hyn, "
        "ond gall y gyfraith ei gwneud yn ofynnol i chi ei rannu.",
    ),
    "NOT_COVERED": (
        "No registered agreement covers this.",
        "Nid oes cytundeb cofrestredig sy’n cwmpasu hyn.",
    ),
    "SUSPENDED": (
        "An agreement would cover this, but it is suspended at the moment.",
        "Byddai cytundeb yn cwmpasu hyn, ond mae wedi’i atal dros dro ar hyn o bryd.",
    ),
    "EXPIRED": (
        "An agreement covered this, but it has ended.",
        "Roedd cytundeb yn cwmpasu hyn, ond mae wedi dod i ben.",
    ),
    "ITEM_NOT_COVERED": (
        "An agreement covers this kind of sharing, but not every item you chose.",
        "Mae cytundeb yn cwmpasu’r math hwn o rannu, ond nid pob eitem a ddewisoch.",
    ),
    "PURPOSE_NOT_COVERED": (
        "An agreement covers this sharing for other purposes, but not for yours.",
        "Mae cytundeb yn cwmpasu’r rhannu hwn at ddibenion eraill, ond nid at eich diben chi.",
    ),
    "BLOCKED_BY_RULE": (
        "An agreement would cover this, but a rule stops it at the moment.",
        "Byddai cytundeb yn cwmpasu hyn, ond mae rheol yn ei atal ar hyn o bryd.",
    ),
    "INDETERMINATE": (
        "It depends on something that you have not said yet.",
        "Mae’n dibynnu ar rywbeth nad ydych wedi’i ddweud eto.",
    ),
}
CAVEAT = (
    "it does not decide this case - check necessity, accuracy, objections, court orders and who will see it.",
    "nid yw'n penderfynu'r achos hwn - gwiriwch angenrheidrwydd, cywirdeb, gwrthwynebiadau",
)
EMERGENCY = (
    "This is not a finding that sharing is unlawful. If someone may be at risk of serious harm, share",
    "Nid yw hyn yn ganfyddiad bod rhannu'n anghyfreithlon. Os gallai rhywun fod mewn perygl o niwed difrifol",
)
HUB = "Lancashire multi-agency safeguarding hub"
INCIDENTS = {
    "held_by": "them",
    "subject_group": "child",
    "category": "criminal-allegation",
    "purpose": "child-safeguarding",
    "volume": "one",
    "regime": "uk-gdpr",
}
URGENT = INCIDENTS | {"other": "ods:RXN", "category": "housing", "urgent": "yes"}


class Browser:
    """A browser without scripts, of a person of an organisation or of a stranger."""

    def __init__(self, world: World, session: requests.Session) -> None:
        self.world, self.session = world, session

    def sign_in(self, organisation: str) -> None:
        person = next(one for one in self.world.demo["people"] if one["organisation"] == organisation)
        words = {name: person[name] for name in ("username", "password")}
        answer = self.send("/login", {**words, "csrf_token": token_in(self.open("/login"))})
        assert answer.status_code == 200, answer.text

    def open(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.world.url + path, headers=headers, timeout=30)

    def send(self, path: str, fields: Json) -> requests.Response:
        return self.session.post(self.world.url + path, data=fields, timeout=30)

    def ask(self, fields: Json, language: str = "") -> requests.Response:
        """Fill the form in and send it."""
        path = f"{language}/can-we-share"
        return self.send(path, {**fields, "csrf_token": token_in(self.open(path))})


@contextmanager
def browser(world: World, organisation: str = "") -> Iterator[Browser]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["accept"] = "text/html"
        opened = Browser(world, session)
        if organisation:
            opened.sign_in(organisation)
        yield opened


def token_in(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def text_of(page: requests.Response) -> str:
    """What the main part of a page says, in one line."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def sentence_of(page: requests.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
    assert found is not None, page.text
    return html.unescape(found[1]).strip()


def fields_of(question: Json, ours: str) -> Json:
    """An example as somebody of one end fills it into the form."""
    subject, action, context = (
        question["subject"]["id"],
        question["action"]["name"],
        dict(question["context"]),
    )
    holder, _, category = question["resource"]["id"].partition("~")
    recipient = context.pop("recipient", subject)
    gives = holder == ours
    use = action if action in {"match", "automated_use"} else ""
    ends = {"held_by": "us" if gives else "them", "other": recipient if gives else holder}
    return {**ends, "use": use, "category": category, **context}


def test_every_outcome_of_the_examples_is_one_sentence_in_both_languages(world: World) -> None:
    ends = {client["client_id"]: client["organisation"] for client in world.demo["clients"]}
    examples = [one for one in world.demo["examples"] if one["request"]["context"]["purpose"] != "curiosity"]
    told = set()
    for ours in sorted({ends[one["client_id"]] for one in examples}):
        with browser(world, ours) as asking:
            for example in (one for one in examples if ends[one["client_id"]] == ours):
                for place, language in enumerate(("", "/cy")):
                    page = asking.ask(fields_of(example["request"], ours), language)
                    outcome = outcome_told(example, page, place)
                    marks = CAVEAT if example["decision"] else EMERGENCY
                    assert marks[place] in text_of(page), example["name"]
                    assert outcome == example["outcome"], example["name"]
                    told.add(outcome)
    assert told == SENTENCES.keys() - {"DUTY_TO_SHARE"}


def test_where_the_law_may_demand_it_an_answer_says_so(world: World) -> None:
    fields = INCIDENTS | {"held_by": "us", "other": "ods:RXN", "category": "family"}
    with browser(world, "gss:E10000017") as asking:
        for place, language in enumerate(("", "/cy")):
            answer = asking.ask(fields, language)
            assert sentence_of(answer) == SENTENCES["DUTY_TO_SHARE"][place]
            assert "Children Act 2004 section 16LA" in text_of(answer)


def outcome_told(example: Json, page: requests.Response, place: int) -> str:
    """The outcome whose sentence a page says."""
    assert page.status_code == 200, (example["name"], text_of(page))
    said = sentence_of(page)
    return next(outcome for outcome, sentences in SENTENCES.items() if sentences[place] == said)


def test_a_social_worker_types_part_of_a_name_and_gets_a_list_of_what_to_do(world: World) -> None:
    with browser(world, "gss:E10000017") as asking:
        found = asking.ask({"part": "lancashire hosp", "find": "yes"})
        assert "Lancashire Teaching Hospitals" in text_of(found)
        assert "Lancashire Constabulary" not in text_of(found)
        answer = asking.ask({**INCIDENTS, "part": "Heddlu Swydd Gaerhirfryn"})
    said = text_of(answer)
    assert sentence_of(answer) == SENTENCES["PERMIT_WITH_OBLIGATIONS"][0]
    for expected in (
        HUB,
        "police-to-council",
        "Log the disclosure",
        "duty@lancashire-police.test",
        "Answer valid until",
    ):
        assert expected in said
    assert "unlawful" not in said


def test_what_is_not_covered_is_never_called_unlawful(world: World) -> None:
    with browser(world, "police:lancashire") as asking:
        said = text_of(
            asking.ask(INCIDENTS | {"other": "gss:E10000017", "held_by": "us", "purpose": "fraud-prevention"})
        )
    assert "unlawful" not in said.replace("This is not a finding that sharing is unlawful.", "")
    assert "Purpose: Safeguarding children." in said
    assert "you may act on your own professional judgement" in said


def test_a_form_left_open_names_each_fault_and_keeps_what_was_chosen(world: World) -> None:
    with browser(world, "gss:E10000017") as asking:
        page = asking.ask({"held_by": "them", "part": "zzz", "purpose": "child-safeguarding"})
    assert page.status_code == 400
    assert "<title>Error:" in page.text
    for field in ("part", "subject_group", "category", "volume"):
        assert f'href="#{field}"' in page.text
        assert re.search(rf'id="{field}"', page.text)
    assert 'href="#purpose"' not in page.text
    assert '<option value="child-safeguarding" selected>' in page.text


def test_an_address_holds_codes_and_what_looks_like_a_person_is_dropped_with_a_warning(world: World) -> None:
    with browser(world, "gss:E10000017") as asking:
        answer = asking.ask({**INCIDENTS, "part": "lancashire constab", "name": "A Person", "note": "hello"})
        assert re.fullmatch(
            r"/can-we-share/answer\?[a-z_]+=[a-z0-9:%A-F~-]+(&[a-z_]+=[a-z0-9:%A-F~-]+)*", path_of(answer)
        )
        for number in ("943 476 5919", "someone@home.test"):
            page = asking.ask({**INCIDENTS, "part": number})
            assert "It was dropped and not kept" in text_of(page)
            assert number not in page.text
            assert path_of(page) == "/can-we-share"
        linked = asking.open("/can-we-share?category=9434765919&purpose=child-safeguarding")
        assert "It was dropped and not kept" in text_of(linked)
        assert "9434765919" not in linked.text


def path_of(page: requests.Response) -> str:
    return page.url.removeprefix(page.url[: page.url.index("/can-we-share")])


def test_a_stranger_is_told_how_to_ask_and_gets_no_answer(world: World) -> None:
    with browser(world) as stranger:
        for language, words in (
            ("", "do not wait for this page"),
            ("/cy", "peidiwch ag aros am y dudalen hon"),
        ):
            page = stranger.open(f"{language}/can-we-share?other=police:lancashire")
            assert page.status_code == 200
            assert words in text_of(page)
            assert "<select" not in page.text
        sent = stranger.open("/can-we-share/answer?held_by=them&other=police:lancashire")
        assert "/login?next=" in sent.url


def test_an_emergency_is_recorded_once_asked_here_and_a_link_from_elsewhere_only_fills_the_form(
    world: World,
) -> None:
    with browser(world, "gss:E10000017") as asking:
        address = "/can-we-share/answer?" + "&".join(f"{name}={value}" for name, value in URGENT.items())
        linked = asking.open(address, **{"sec-fetch-site": "cross-site"})
        assert path_of(linked).startswith("/can-we-share?")
        assert 'value="yes" checked' in linked.text
        assert not is_awaited(world)
        answer = asking.ask(URGENT)
        said = text_of(answer)
        assert "to be recorded within 24 hours" in said
        assert "UK GDPR Articles 6(1)(d) and 9(2)(c)" in said
        number = re.search(r"record\?evaluation=([0-9a-f.-]+)", answer.text)
        assert number is not None
        assert number[1] in text_of(asking.open(f"/can-we-share/record?evaluation={number[1]}"))
    assert eventually(lambda: is_awaited(world), within_seconds=10)


def is_awaited(world: World) -> bool:
    """Whether the register knows that the council asked this in an emergency and awaits its record."""
    awaited = world.officer("gss:E10000017", "ig_officer").get("/break-glass/awaited")["results"]
    return any((stub["holder"], stub["category"]) == ("ods:RXN", "housing") for stub in awaited)


def test_a_form_that_another_site_sent_is_refused_with_the_emergency_sentence(world: World) -> None:
    with browser(world, "gss:E10000017") as asking:
        refused = asking.send("/can-we-share", {**INCIDENTS, "csrf_token": "forged"})
    assert refused.status_code == 403
    assert EMERGENCY[0] in text_of(refused)
    assert "not sent from a page of this registry" in text_of(refused)


def test_a_card_tells_in_both_languages_what_is_live_and_is_given_to_whoever_may_read_it(
    world: World,
) -> None:
    refs = titles(world)
    with browser(world) as stranger:
        card = stranger.open(f"/register/{refs[HUB]}/card")
        said = text_of(card)
        for expected in (
            "Lancashire Constabulary may share with Lancashire County Council",
            "Caiff Heddlu Swydd Gaerhirfryn rannu â Cyngor Sir Swydd Gaerhirfryn",
            "Log the disclosure (DPA 2018 section 62).",
            EMERGENCY[0],
            EMERGENCY[1],
            CAVEAT[0],
            f"{world.url}/cy/register/{refs[HUB]}",
        ):
            assert expected in said
        assert "Probation" not in said.split("Whom to ask")[0]
        assert card.text.count('role="img"') == 2
        assert "style=" not in card.text
        for title in (
            "Channel panel in Birmingham",
            "Missing young people, Cardiff",
            "Winter pressure figures",
        ):
            assert stranger.open(f"/register/{refs[title]}/card").status_code == 404, title
        assert stranger.open("/register/ISA-AAAAAAAAAA/card").status_code == 404


def titles(world: World) -> dict[str, str]:
    """The references of the sample's agreements, as people who may see them do.

    Other journeys draft agreements of the same titles: those in force stand last.
    """
    seen: list[Json] = []
    for organisation in ("gss:E10000017", "gss:E08000025", "gss:W06000015", "ods:RTX"):
        seen += world.officer(organisation, "ig_officer").get("/agreements?limit=200")["results"]
    seen.sort(key=lambda one: one["status"] == "active")
    return {one["title"]["en"]: one["ref"] for one in seen}
