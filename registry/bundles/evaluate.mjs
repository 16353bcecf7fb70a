/* May we share this, now? Answered from a bundle of the Information Sharing Registry, without the registry.

This module stands alone: it runs in browsers and in Node, needs no library, and fetches nothing.

    import { Bundle } from "./evaluate.mjs";
    const bundle = await Bundle.open(text, keys, "ods:RTX");
    bundle.answer(question, Date.now() / 1000);

`text` is what /api/v1/bundles/{organisation} gave, `keys` what /bundles/keys gave (fetch it once and keep it safe),
`question` the body of an AuthZEN evaluation. The answer is as the registry's own, which gives no `decision` where a
person decides. From a bundle that is too old, for another organisation or not signed by the registry every answer is
INDETERMINATE: never a yes. It is the twin of evaluate.py: change both or neither. */

const HEADER = { alg: "Ed25519", typ: "decision-bundle+jwt", zip: "DEF" };
const CLOCK_SKEW = 60, LIFETIME = 300; // seconds a clock may be behind, and an answer may be relied on at most

// Of all that the flows come to, the first of these is the outcome; with the code of its reason.
const CODES = {
  PERMIT: "covered",
  PERMIT_WITH_OBLIGATIONS: "covered-with-obligations",
  BLOCKED_BY_RULE: "blocked-by-rule",
  SUSPENDED: "suspended",
  EXPIRED: "expired",
  ITEM_NOT_COVERED: "item-not-covered",
  PURPOSE_NOT_COVERED: "purpose-not-covered",
  INDETERMINATE: "fact-missing",
  NOT_COVERED: "not-covered",
};
const RANKS = Object.keys(CODES);
const PERMITS = ["PERMIT", "PERMIT_WITH_OBLIGATIONS"];
const NO_DUTY = [...PERMITS, "BLOCKED_BY_RULE", "INDETERMINATE"];
const NO_AGREEMENT = ["INDETERMINATE", "NOT_COVERED", "DUTY_TO_SHARE"];
const STATED = ["purpose", "subject_group", "volume", "regime", "age_band", "method", "identifiability"];
const TEXTS = [...STATED, "recipient", "initiated_by", "on_behalf_of", "at", "known_at"];
const LISTS = ["items", "supported_obligations"];
const INSTANT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

// What is said where there is no bundle to take the words from.
const EMERGENCY = {
  en:
    "This is not a finding that sharing is unlawful. If someone may be at risk of serious harm, share what is needed " +
    "with the right agency now, then record it here.",
  cy:
    "Nid yw hyn yn ganfyddiad bod rhannu'n anghyfreithlon. Os gallai rhywun fod mewn perygl o niwed difrifol, " +
    "rhannwch yr hyn sydd ei angen â'r asiantaeth gywir nawr, yna cofnodwch hynny yma.",
};
const UNUSABLE = {
  "bundle-not-trusted": {
    en: "The bundle does not bear the registry's signature, or is damaged. Fetch it again.",
    cy: "Nid yw llofnod y gofrestr ar y bwndel, neu mae wedi'i ddifrodi. Lawrlwythwch ef eto.",
  },
  "bundle-not-ours": {
    en: "The bundle was made for another organisation.",
    cy: "Gwnaed y bwndel ar gyfer sefydliad arall.",
  },
  "bundle-expired": {
    en: "The bundle is too old to answer from. Fetch a new one.",
    cy: "Mae'r bwndel yn rhy hen i ateb ohono. Lawrlwythwch un newydd.",
  },
  "bundle-not-yet-valid": {
    en: "The bundle was made later than this machine's clock says. Set the clock right.",
    cy: "Gwnaed y bwndel yn hwyrach nag y mae cloc y peiriant hwn yn ei ddweud. Cywirwch y cloc.",
  },
};

/** A bundle, its signature verified. A `fault` says why nothing can be answered from it. */
export class Bundle {
  /** The bundle in a text, for the organisation that is about to ask it. */
  static async open(text, keys, organisation) {
    const bundle = new Bundle();
    bundle.fault = "";
    try {
      bundle.content = await verified(text, keys);
    } catch {
      bundle.fault = "bundle-not-trusted";
      return bundle;
    }
    if (bundle.content.aud !== organisation) bundle.fault = "bundle-not-ours";
    bundle.bodies = new Map(Object.entries(bundle.content.organisations));
    bundle.primaries = new Map();
    for (const [body, known] of bundle.bodies) for (const alias of known.aliases) bundle.primaries.set(alias, body);
    bundle.flows = bundle.content.flows.map((row) => {
      const flow = Object.fromEntries(bundle.content.columns.map((name, place) => [name, row[place]]));
      return { ...flow, terms: bundle.content.terms[flow.terms] };
    });
    return bundle;
  }

  /** The answer at an instant (seconds since 1970): `decision`, where one is given, and `context`. */
  answer(asked, now) {
    const fault = this.fault || this.ageFault(now);
    if (fault) return { decision: false, context: unusable(fault) };
    const question = this.read(asked);
    const decision = this.decide(question, now);
    const initiator = question.context.initiated_by, advises = this.content.mode === "advise";
    if (initiator === "person" || advises) {
      const byPerson = initiator === undefined || initiator === "person";
      return { context: this.context(question, this.advised(question, decision, now), now, byPerson) };
    }
    const honoured = this.honoured(question, decision);
    return { decision: PERMITS.includes(honoured.outcome), context: this.context(question, honoured, now, false) };
  }

  ageFault(now) {
    if (this.content.iat - CLOCK_SKEW <= now && now < this.content.exp) return "";
    return now >= this.content.exp ? "bundle-expired" : "bundle-not-yet-valid";
  }

  /** What is asked. Only `ends` may ask it, where it says who they are; a `fault` leaves it undecided. */
  read(asked) {
    let question, types, category;
    try {
      const context = checkedContext(asked);
      types = [textOf(asked.subject, "type"), textOf(asked.resource, "type")].join();
      const what = textOf(asked.resource, "id").split("~");
      category = what.length === 2 && what[0] ? what[1] : "";
      question = this.between(textOf(asked.subject, "id"), textOf(asked.action, "name"), what[0], context);
    } catch {
      return { context: {}, ends: [], pair: ["", ""], fault: "bad-question", about: "" };
    }
    if (question.about) return { ...question, fault: "question-incomplete" };
    if (!category) return { ...question, ends: [], fault: "question-incomplete", about: "/resource/id" };
    const isOurs = types === "organisation,data_holding";
    const about = isOurs ? this.unknownCode({ ...question, category }) : "/subject/type, /resource/type";
    return { ...question, category, fault: about && "unknown-code", about };
  }

  /** The question with the bodies concerned; `about` is the member that leaves them open. */
  between(who, verb, what, context) {
    const primary = (name) => this.primaries.get(name) ?? name;
    const at = context.at === undefined ? null : instant(context.at);
    const subject = primary(who), holder = primary(what), third = primary(context.recipient ?? "");
    const question = { context, verb, at, ends: [subject, holder], pair: [holder, subject], onward: "" };
    if (verb === "disclose") {
      const about = !third ? "/context/recipient" : subject === holder ? "" : "/subject/id";
      return { ...question, ends: third ? [...question.ends, third] : [], pair: [holder, third], about };
    }
    if (verb === "onward_share") return { ...question, onward: third, about: third ? "" : "/context/recipient" };
    return { ...question, about: third === "" || third === subject ? "" : "/context/recipient" };
  }

  /** The member whose code is in no list of the law; empty where there is none. */
  unknownCode({ category, verb, context }) {
    const said = [["/resource/id", "category", category], ["/action/name", "action", verb]];
    const stated = ["initiated_by", ...STATED].filter((name) => name in context);
    said.push(...stated.map((name) => [`/context/${name}`, name, context[name]]));
    return said.find(([, name, code]) => !this.content.codes[name].includes(code))?.[0] ?? "";
  }

  decide(question, now) {
    const { about } = question, undecidable = this.undecidable(question);
    if (undecidable) return { outcome: "INDETERMINATE", code: undecidable, flow: null, personDuties: [], about };
    let best = "NOT_COVERED", flow = null;
    for (const each of this.flows) {
      const outcome = isCandidate(each, question) ? outcomeOf(each, question, question.at ?? now) : "";
      if (outcome && (!flow || RANKS.indexOf(outcome) < RANKS.indexOf(best))) [best, flow] = [outcome, each];
    }
    const code = flow && best === "NOT_COVERED" ? flow.not_yet : CODES[best];
    const duty = NO_DUTY.includes(best) ? undefined : this.duties(question, this.content.duties, now)[0];
    return { outcome: best, code, flow, duty, personDuties: [] };
  }

  /** The code of the reason why it cannot be decided from here; empty where it can. */
  undecidable({ context, ends, pair, onward, fault }) {
    const isEnd = !ends.length || ends.includes(this.content.aud);
    const { on_behalf_of: asksFor = this.content.aud } = context;
    if (!isEnd || (this.primaries.get(asksFor) ?? asksFor) !== this.content.aud) return "not-an-end";
    if (fault) return fault;
    if ("known_at" in context) return "bundle-knows-the-present";
    if (this.content.log_size < (context.min_log_size ?? 0)) return "log-size-not-reached";
    const bodies = [...pair, onward].map((body) => this.bodies.get(body));
    return bodies.some((body) => body && !body.is_catalogued) ? "nation-not-catalogued" : "";
  }

  /** Duties that may apply to what is asked. Never for bulk. */
  duties({ context, pair, onward }, duties, now) {
    const [holder, recipient] = pair.map((body) => this.bodies.get(body));
    if (!holder || !recipient || onward || context.volume !== "one") return [];
    const asked = {
      purposes: context.purpose,
      subject_groups: context.subject_group,
      from_kinds: holder.kind,
      to_kinds: recipient.kind,
    };
    return duties.filter((duty) =>
      Object.entries(asked).every(([name, code]) => !duty[name].length || duty[name].includes(code)) &&
      holder.nations.some((nation) => duty.nations.includes(nation)) &&
      duty.begins_at <= now && now < duty.ends_at);
  }

  /** The decision for a system that may say what it can do: no yes that it could not keep. */
  honoured(question, decision) {
    const able = question.context.supported_obligations ?? ["custom"];
    const codes = this.obligations(question, decision).map((one) => one.code);
    const missing = [...new Set(codes)].filter((code) => !able.includes(code)).sort().join(", ");
    if (!PERMITS.includes(decision.outcome) || able.includes("custom") || !missing) return decision;
    return { ...decision, outcome: "BLOCKED_BY_RULE", code: "obligations-not-supported", about: missing };
  }

  /** The decision as whoever decides for themselves is told of it. */
  advised(question, decision, now) {
    if (decision.outcome === "INDETERMINATE") return decision;
    const outcome = decision.duty && decision.outcome === "NOT_COVERED" ? "DUTY_TO_SHARE" : decision.outcome;
    return { ...decision, outcome, personDuties: this.duties(question, this.content.person_duties, now) };
  }

  context(question, decision, now, byPerson) {
    const { outcome, flow } = decision, { content } = this;
    const blockedAt = PERMITS.includes(outcome) ? flow.blocked_at : Infinity;
    const endsAt = Math.min(flow?.ends_at ?? Infinity, blockedAt);
    const reliedOn = outcome === "SUSPENDED" ? now : Math.min(now + LIFETIME, content.exp, endsAt);
    const agreement = flow && { ref: flow.ref, version: flow.version, hash: flow.hash, flow: flow.flow };
    const [holder, recipient] = question.pair.map((body) => (this.bodies.has(body) && content.contacts[body]) || null);
    return {
      outcome,
      agreement: NO_AGREEMENT.includes(outcome) ? null : agreement,
      gateways: PERMITS.includes(outcome) ? flow.terms.gateways : [],
      reasons: this.reasons(question, decision, now),
      obligations: this.obligations(question, decision),
      valid_until: stamp(reliedOn),
      log_size: content.log_size,
      policy_digest: content.policy_digest,
      bundle: { issued_at: stamp(content.iat), expires_at: stamp(content.exp) },
      contacts: { holder, recipient },
      advice: this.advice(question, decision, byPerson),
    };
  }

  /** Why: the reason itself, what else is true of the flow, and what must be said of the law. */
  reasons(question, decision, now) {
    const { outcome, code, flow, duty, personDuties } = decision;
    const reason = (name, facts) => filled(this.content.reasons[name], facts);
    if (code === "blocked-by-rule") return flow.blocked_by.map((name) => reason(name, {}));
    const named = [code], law = personDuties.map((one) => one.code);
    if (duty) named.push(duty.reason), law.push(duty.code, duty.gateway);
    if (PERMITS.includes(outcome)) {
      named.push(...flow.warnings);
      law.push(...flow.terms.gateways, ...flow.terms.obligations.map((one) => one.code));
    }
    if (flow) named.push(...flow.remarks);
    const reasons = named.map((name) => reason(name, factsOf(question, decision)));
    const notes = { "law-review-overdue": this.content.reviews, "draft-translation": this.content.drafts };
    for (const [name, since] of Object.entries(notes)) {
      const codes = [...new Set(law)].sort().filter((each) => since[each] <= now);
      if (codes.length) reasons.push(reason(name, { entries: codes.join(", ") }));
    }
    return reasons;
  }

  /** What a yes demands: the flow's own obligations, those of statutory bars, and what was left open. */
  obligations(question, { outcome, flow, duty }) {
    if (duty) return [this.obligation("record-decision")];
    if (!PERMITS.includes(outcome)) return [];
    const { terms } = flow, items = itemsOf(terms, question);
    const asked = items.filter((item) => !question.context.items || question.context.items.includes(item));
    const isAsked = ([code, category]) => category === question.category && asked.includes(code);
    const has = terms.items.filter(isAsked).map(([, , level]) => level);
    const levels = this.content.codes.identifiability.filter((level) => has.includes(level));
    const leftOpen = {
      items: ["min-items", "items", asked],
      identifiability: ["identifiability", "level", levels],
      method: ["method", "method", terms.method],
    };
    return [
      ...terms.obligations,
      ...(terms.checks[question.category] ?? []).map((code) => this.obligation(code)),
      ...leftOut(question, terms.open).map((name) => this.obligation(...leftOpen[name])),
    ];
  }

  /** An obligation by its code; its parameter as codes, its sentences in words. */
  obligation(code, name, choice) {
    const words = (tongue) => choice.map((each) => this.content.names[each]?.[tongue] ?? each).join(", ");
    const facts = name ? { [name]: { en: words("en"), cy: words("cy") } } : {};
    return { code, params: name ? { [name]: choice.join(", ") } : {}, ...filled(this.content.obligations[code], facts) };
  }

  advice({ context }, { outcome, code, flow, duty, personDuties }, byPerson) {
    const permitted = PERMITS.includes(outcome);
    const stops = flow !== null && flow.terms.stops.includes(code);
    const situations = {
      caveat: permitted,
      unknown: outcome === "INDETERMINATE",
      uncovered: !permitted && outcome !== "INDETERMINATE",
      emergency: !permitted,
      duty,
      "hard-stop": stops,
      bases: !permitted && isSaid(context.emergency),
    };
    const said = Object.keys(situations).filter((name) => situations[name]).map((name) => this.content.advice[name]);
    return {
      en: said.map((each) => each.en).join(" "),
      cy: said.map((each) => each.cy).join(" "),
      may_proceed_on_professional_judgement: byPerson && context.volume === "one" && !stops,
      person_duties: personDuties.map((one) => one.told),
    };
  }
}

/** Whether a value says something: what is empty says nothing. */
const isSaid = (value) => (value && typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value));

/** Those of some facts that a question does not state. */
const leftOut = ({ context }, facts) => facts.filter((name) => !(name in context));

/** The items of the category that a flow has, at the identifiability asked about; each once, in order. */
function itemsOf(terms, { category, context }) {
  const has = ([, of, level]) => of === category && [undefined, level].includes(context.identifiability);
  return [...new Set(terms.items.filter(has).map(([code]) => code))].sort();
}

/** Whether a flow has all that is stated, save perhaps the purpose and the items. */
function isCandidate({ holder, recipient, terms }, question) {
  const { context, verb, onward, pair } = question;
  const facts = ["subject_group", "volume", "regime", "age_band", "method"];
  return holder === pair[0] && recipient === pair[1] &&
    terms.actions.includes(verb === "disclose" ? "receive" : verb) &&
    (!onward || terms.onward_recipients.includes(onward)) &&
    itemsOf(terms, question).length > 0 &&
    facts.every((name) => !(name in context) || terms[name].includes(context[name]));
}

/** What a flow comes to that has all that is stated, save perhaps purpose and items; empty: nothing. */
function outcomeOf(flow, question, at) {
  const { terms } = flow, { context } = question, items = itemsOf(terms, question);
  const fitsPurpose = !("purpose" in context) || terms.purpose.includes(context.purpose);
  const fitsItems = (context.items ?? []).every((item) => items.includes(item));
  const standing = standingOf(flow, at), lacks = leftOut(question, terms.needs).length > 0;
  if (fitsPurpose && fitsItems) {
    if (lacks && standing !== "NOT_COVERED") return "INDETERMINATE";
    const obliged = terms.obligations.length || leftOut(question, terms.open).length || question.category in terms.checks;
    return standing === "PERMIT" && obliged ? "PERMIT_WITH_OBLIGATIONS" : standing;
  }
  if (standing !== "PERMIT" || lacks || !(fitsPurpose || fitsItems)) return "";
  return fitsPurpose ? "ITEM_NOT_COVERED" : "PURPOSE_NOT_COVERED";
}

/** Where a flow stands at an instant: PERMIT where it is live, within its days and no rule blocks it. */
function standingOf(flow, at) {
  if (flow.state === "waiting") return "NOT_COVERED";
  if (flow.state === "ended" || at >= flow.ends_at) return "EXPIRED";
  if (at < flow.begins_at) return "NOT_COVERED";
  if (flow.state === "suspended") return "SUSPENDED";
  if (at < flow.live_at) return "NOT_COVERED";
  return at >= flow.blocked_at ? "BLOCKED_BY_RULE" : "PERMIT";
}

/** What the sentence of a decision speaks of. */
function factsOf(question, { flow, about }) {
  if (!flow) return { about };
  const allowed = itemsOf(flow.terms, question).filter((item) => question.context.items?.includes(item));
  const facts = leftOut(question, flow.terms.needs).join(", ");
  return { ...flow, about, items: allowed.join(", ") || "-", facts, cite: flow.terms.cite };
}

/** The content of a bundle (compact JWS, RFC 7515) that one of these keys (JWK set) has signed. */
async function verified(text, { keys }) {
  const [header, payload, signature, ...more] = text.trim().split(".");
  const { kid, ...named } = JSON.parse(new TextDecoder().decode(octets(header)));
  const isOurs = Object.entries({ ...named, ...HEADER }).every(([name]) => named[name] === HEADER[name]);
  if (more.length || !isOurs) throw Error("not a bundle");
  const { x } = keys.find((key) => key.kid === kid && key.crv === "Ed25519");
  const key = await crypto.subtle.importKey("raw", octets(x), "Ed25519", false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  if (!(await crypto.subtle.verify("Ed25519", key, octets(signature), signed))) throw Error("not signed by the registry");
  const inflated = new Blob([octets(payload)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = await new Response(inflated).json();
  if (content.schema !== "bundle/1") throw Error("a bundle of another form");
  return content;
}

/** The octets of base64url without padding. */
const octets = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

/** A member that must be a text. */
function textOf(thing, name) {
  if (typeof thing[name] !== "string" || !thing[name]) throw TypeError(name);
  return thing[name];
}

/** The context of a question, if every member that means something is of its type. */
function checkedContext({ context = {} }) {
  if (context === null || typeof context !== "object" || Array.isArray(context)) throw TypeError("context");
  for (const [name, value] of Object.entries(context)) {
    const isList = Array.isArray(value) && value.every((code) => typeof code === "string");
    const isFit = (!TEXTS.includes(name) || typeof value === "string") && (!LISTS.includes(name) || isList) &&
      (name !== "min_log_size" || (Number.isInteger(value) && value >= 0));
    if (!isFit) throw TypeError(name);
  }
  return context;
}

/** Seconds since 1970 of an RFC 3339 instant, which must carry an offset and name a day that there is. */
function instant(text) {
  const day = text.slice(0, 10), seconds = Date.parse(text) / 1000;
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!INSTANT.test(text) || !isDay || Number.isNaN(seconds)) throw RangeError(text);
  return seconds;
}

const stamp = (second) => new Date(Math.floor(second) * 1000).toISOString().replace(".000Z", "Z");

/** Texts with their `{placeholders}` filled; a fact may speak each language. */
function filled(words, facts) {
  const fill = (text, tongue) => text.replace(/\{(\w+)\}/g, (whole, name) => {
    const fact = facts[name] ?? whole;
    return String(typeof fact === "object" ? fact[tongue] : fact);
  });
  return Object.fromEntries(Object.entries(words).map(([name, text]) => [name, fill(text, name)]));
}

/** The context of an answer for which there is no bundle to answer from. */
function unusable(fault) {
  const advice = { ...EMERGENCY, may_proceed_on_professional_judgement: false };
  const reasons = [{ code: fault, ...UNUSABLE[fault], cite: "" }];
  return { outcome: "INDETERMINATE", reasons, agreement: null, gateways: [], obligations: [], advice };
}
