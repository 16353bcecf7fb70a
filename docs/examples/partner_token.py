"""Print an access token for a partner system of the demo: it signs a statement of who it is (RFC 7523).

partner_token.py DATA_DIR CLIENT_ID
"""

import json
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from joserfc import jwt
from joserfc.jwk import import_key

data_dir, client_id = sys.argv[1:]
demo = json.loads((Path(data_dir) / "demo.json").read_text(encoding="utf-8"))
client = next(client for client in demo["clients"] if client["client_id"] == client_id)

now = int(time.time())
claims = {
    "iss": client_id,
    "sub": client_id,
    "aud": client["assertion_audience"],
    "jti": str(uuid.uuid4()),
    "iat": now,
    "exp": now + 60,
}
key = import_key(client["private_jwk"])
header = {"alg": client["alg"], "kid": client["private_jwk"]["kid"]}
form = {
    "grant_type": "client_credentials",
    "scope": client["scope"],
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": jwt.encode(header, claims, key, algorithms=[client["alg"]]),
}
with urlopen(f"{demo['base_url']}/oauth/token", urlencode(form).encode()) as answer:
    print(json.load(answer)["access_token"])
