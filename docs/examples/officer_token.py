"""Print an access token for a person of the demo: the sign-in page, then a code with PKCE (RFC 7636).

A program with a person in front of it opens a browser instead and lets them sign in there.

Usage: officer_token.py DATA_DIR USERNAME
"""

import base64
import hashlib
import json
import secrets
import sys
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener, urlopen

data_dir, username = sys.argv[1:]
demo = json.loads((Path(data_dir) / "demo.json").read_text(encoding="utf-8"))
base, client = demo["base_url"], demo["officer_client"]
person = next(person for person in demo["people"] if person["username"] == username)


class UntilCallback(HTTPRedirectHandler):
    """Follows redirects, except the last one, which brings the code."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The next request, or none at the address the code is sent to."""
        if newurl.startswith(client["redirect_uri"]):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


verifier = secrets.token_urlsafe(48)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
question = {
    "response_type": "code",
    "client_id": client["client_id"],
    "redirect_uri": client["redirect_uri"],
    "scope": client["scope"],
    "state": secrets.token_urlsafe(16),
    "code_challenge": challenge,
    "code_challenge_method": "S256",
}
browser = build_opener(HTTPCookieProcessor(), UntilCallback())
page = browser.open(f"{base}/oauth/authorize?{urlencode(question)}").read().decode()
csrf_token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
form = {"username": username, "password": person["password"], "csrf_token": csrf_token}
try:
    browser.open(f"{base}/login", urlencode(form).encode())
    sys.exit("the sign-in was refused")
except HTTPError as redirect:
    returned = parse_qs(urlsplit(redirect.headers["location"]).query)
    redirect.close()

form = {
    "grant_type": "authorization_code",
    "client_id": client["client_id"],
    "redirect_uri": client["redirect_uri"],
    "code": returned["code"][0],
    "code_verifier": verifier,
}
with urlopen(f"{base}/oauth/token", urlencode(form).encode()) as answer:
    print(json.load(answer)["access_token"])
