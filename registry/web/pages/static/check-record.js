// Checks one record of the log in the visitor's own browser: signed checkpoint (c2sp.org/signed-note), inclusion
// (RFC 6962), the opening of a sealed entry (docs/log-entries.md), and of an approval by passkey the assertion
// (WebAuthn) under the roster that vouches for it. What the server sends is not believed: each step hashes or
// verifies it anew. `checkRecord` says which part was changed, as a code; the page has the words.

const ASCII = new TextEncoder();
const HEADER = "c2sp.org/tlog-proof@v1";
const PRESENT_AND_VERIFIED = 0x05;

class Changed extends Error {
  constructor(part) {
    super(part);
    this.part = part;
  }
}

function demand(holds, part) {
  if (!holds) throw new Changed(part);
}

const octets = (text) => ASCII.encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const fromBase64url = (text) => fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const toBase64url = (bytes) => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const equal = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

const digest = async (text) => `sha256:${toHex(await sha256(octets(text)))}`;

// Reading what is malformed is a change of that part too.
async function reading(part, read) {
  try {
    return await read();
  } catch (fault) {
    throw fault instanceof Changed ? fault : new Changed(part);
  }
}

async function readKey(text) {
  const [name, id, key, ...rest] = text.trim().split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/);
  const encoded = fromBase64(key);
  demand(rest.length === 0 && encoded[0] === 1 && encoded.length === 33, "key");
  const keyId = (await sha256(octets(`${name}\n`), encoded)).slice(0, 4);
  demand(toHex(keyId) === id, "key");
  const publicKey = await crypto.subtle.importKey("raw", encoded.slice(1), "Ed25519", false, ["verify"]);
  return { name, keyId, publicKey };
}

// The tree that the log signed: its size and root. A checkpoint without a line under this key is another key's.
async function readCheckpoint(note, key) {
  const end = note.lastIndexOf("\n\n");
  const body = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split("\n").filter(Boolean);
  const own = lines
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .filter((found) => found?.[1] === key.name)
    .map((found) => fromBase64(found[2]))
    .filter((signature) => equal(signature.slice(0, 4), key.keyId));
  demand(own.length > 0, "key");
  for (const signature of own) {
    const holds = await crypto.subtle.verify("Ed25519", key.publicKey, signature.slice(4), octets(body));
    demand(holds, "checkpoint");
  }
  const [origin, size, root] = body.split("\n");
  demand(origin === key.name && /^(0|[1-9][0-9]*)$/.test(size), "checkpoint");
  return { size: Number(size), root: fromBase64(root) };
}

function readProof(text) {
  const end = text.indexOf("\n\n");
  const [header, index, ...path] = text.slice(0, end).split("\n");
  demand(header === HEADER && /^index (0|[1-9][0-9]*)$/.test(index), "proof");
  return { index: Number(index.slice(6)), path: path.map(fromBase64), checkpoint: text.slice(end + 2) };
}

// RFC 9162 section 2.1.3.2. Sizes beyond 2^31 are halved by division: bits alone would not hold them.
async function rootFrom(leaf, index, size, path) {
  const odd = (number) => number % 2 === 1;
  const half = (number) => Math.floor(number / 2);
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    demand(last > 0 && sibling.length === 32, "proof");
    if (odd(place) || place === last) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (!odd(place) && place > 0) [place, last] = [half(place), half(last)];
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  demand(last === 0, "proof");
  return hash;
}

// The entry is in the tree. Where it is not, the leaf hash that came beside it tells which of the two was changed.
async function checkLeaf(leaf, key) {
  const proof = await reading("proof", () => readProof(leaf.proof));
  const { size, root } = await reading("checkpoint", () => readCheckpoint(proof.checkpoint, key));
  demand(proof.index === leaf.index && proof.index < size, "proof");
  const hash = await sha256(Uint8Array.of(0), octets(leaf.entry));
  const said = await reading("entry", () => fromBase64(leaf.hash));
  demand(equal(hash, said), "entry");
  demand(equal(await rootFrom(hash, proof.index, size, proof.path), root), "proof");
  return size;
}

// What the entry says; of a sealed one, what its opening says, if that is what was sealed.
async function readEntry(record) {
  const entry = JSON.parse(record.entry);
  if (entry.type !== "sealed") return entry;
  const { salt, value } = record.openings.find((opening) => opening.field === "entry");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromBase64url(salt), hmac, false, ["sign"]);
  const made = await crypto.subtle.sign("HMAC", key, octets(`registry-commit/v1\nentry\n${value}`));
  demand(entry.c === `c1:${toBase64url(new Uint8Array(made))}`, "opening");
  return JSON.parse(value);
}

// WebAuthn writes ECDSA signatures as DER, WebCrypto takes the two numbers side by side.
function plainSignature(der) {
  const numbers = [];
  for (let at = 2; at < der.length; at += 2 + der[at + 1]) {
    const number = der.slice(at + 2, at + 2 + der[at + 1]);
    const padded = new Uint8Array(32);
    const shortened = number.slice(Math.max(0, number.length - 32));
    padded.set(shortened, 32 - shortened.length);
    numbers.push(padded);
  }
  return joined(...numbers);
}

async function isSignedBy(spki, signature, message) {
  const isEd25519 = spki.length === 44;
  const kind = isEd25519 ? "Ed25519" : { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", spki, kind, false, ["verify"]);
  const plain = isEd25519 ? signature : plainSignature(signature);
  return crypto.subtle.verify(isEd25519 ? "Ed25519" : { name: "ECDSA", hash: "SHA-256" }, key, plain, message);
}

// The approver's passkey signed a statement that says what the entry says; returns where that was.
async function checkPasskey(evidence, entry, rosterText) {
  const { statement, assertion, roster } = evidence;
  const [header, body] = statement.split(/\n(.*)/s);
  const said = JSON.parse(body);
  const { kind, id, version } = said.subject;
  demand(header === "registry-approval/v1", "evidence");
  demand([kind, id, version].join() === [entry.subject.kind, entry.subject.id, entry.subject.version].join(), "evidence");
  demand(said.digest === entry.subject.digest && said.expires >= entry.at, "evidence");
  demand(["org", "role", "decision"].every((name) => said[name] === entry[name]), "evidence");
  demand((await digest(rosterText)) === roster, "roster");
  const listed = JSON.parse(rosterText);
  const vouched = listed.credentials.find((one) => one.credential === said.credential);
  demand(listed.organisation === said.org && vouched, "roster");
  demand(vouched.begins <= entry.at && entry.at < vouched.ends, "roster");

  const client = JSON.parse(new TextDecoder().decode(fromBase64url(assertion.client_data)));
  const authenticator = fromBase64url(assertion.authenticator_data);
  const challenge = toBase64url(await sha256(octets(statement)));
  demand(client.type === "webauthn.get" && client.challenge === challenge, "passkey");
  const site = await sha256(octets(new URL(client.origin).hostname));
  demand(equal(authenticator.slice(0, 32), site), "passkey");
  demand((authenticator[32] & PRESENT_AND_VERIFIED) === PRESENT_AND_VERIFIED, "passkey");
  const message = joined(authenticator, await sha256(fromBase64url(assertion.client_data)));
  const signed = await isSignedBy(fromBase64url(vouched.public_key), fromBase64url(assertion.signature), message);
  demand(signed, "passkey");
  return client.origin;
}

async function checkApproval(record, entry, key) {
  if (!record.evidence) return demand(!entry.evidence || entry.strength !== "passkey", "evidence");
  demand((await digest(record.evidence)) === entry.evidence, "evidence");
  const evidence = JSON.parse(record.evidence);
  if (evidence.strength !== "passkey") return "";
  demand(record.roster, "roster");
  await checkLeaf(record.roster.leaf, key);
  const rostered = JSON.parse(record.roster.leaf.entry);
  demand(rostered.type === "roster.signed", "roster");
  demand(rostered.subject.digest === (await digest(record.roster.document)), "roster");
  demand(record.roster.leaf.index < record.index, "roster");
  return checkPasskey(evidence, entry, record.roster.document);
}

// Check a record under a key of the log and against what a page says of it. Returns `{changed}`: the part that was
// changed, empty when all holds; and then `size`, the entries in the tree, and `site`, where a passkey was used.
export async function checkRecord(record, keyText, shown) {
  try {
    const key = await reading("key", () => readKey(keyText));
    const size = await checkLeaf(record, key);
    const entry = await reading("opening", () => readEntry(record));
    const matches = Object.entries(shown).every(([name, value]) => (entry[name] ?? "") === value);
    demand(matches, "page");
    const site = await reading("evidence", () => checkApproval(record, entry, key));
    return { changed: "", size, site: site ?? "" };
  } catch (fault) {
    if (!(fault instanceof Changed)) throw fault;
    return { changed: fault.part, size: 0, site: "" };
  }
}

function words(code, facts) {
  const said = document.querySelector(`#check-words [data-code="${code}"]`).textContent.trim();
  return said.replace(/\[(\w+)\]/g, (_, name) => facts[name]);
}

async function answer(step, key) {
  const { href, shown } = step.dataset;
  try {
    const received = await fetch(href, { headers: { accept: "application/json" } });
    if (!received.ok) return { code: "unreachable", facts: {} };
    const found = await checkRecord(await received.json(), key, JSON.parse(shown));
    if (found.changed) return { code: found.changed, facts: found };
    return { code: found.site ? "sound-passkey" : "sound", facts: found };
  } catch {
    return { code: globalThis.isSecureContext ? "unable" : "insecure", facts: {} };
  }
}

function prepare(step) {
  const [button, said] = [step.querySelector("button"), step.querySelector("output")];
  button.addEventListener("click", async () => {
    said.textContent = words("busy", {});
    const { code, facts } = await answer(step, document.querySelector("#log-key").value);
    said.textContent = words(code, facts);
    said.dataset.found = code;
  });
}

document.querySelectorAll("[data-record]").forEach(prepare);
document.querySelectorAll("[data-needs-script], [data-without-script]").forEach((part) => {
  part.hidden = "withoutScript" in part.dataset;
});
