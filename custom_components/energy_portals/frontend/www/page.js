// What cards and page share, and the page that lays itself out.
//
// Names and units come from portals: they reach the page as text nodes and attributes
// only, never as markup.

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// --- Words, numbers, times

// Languages that are read with the words of another.
const READ_AS = { no: "nb", nn: "nb" };
const { search } = new URL(import.meta.url);
export const load = (file) => import(`./${file}${search}`);
/** Say whether another language is to be spoken than before. */
export const isOther = (held, hass) => held?.locale !== hass.locale || held?.language !== hass.language;
export const languageOf = (hass) => hass.locale?.language ?? hass.language ?? "en";

/** Load the words of a user's language, of some folders; returns what says a key with its {gaps}.
 *
 * Where a count asks for a form of its own, the key has that form's name behind it.
 */
export async function wordsOf(hass, ...more) {
  const base = languageOf(hass).toLowerCase().split(/[-_]/)[0];
  const read = (language) => Promise.all(["words", ...more].map((folder) => load(`${folder}/${language}.js`)));
  const own = await read(READ_AS[base] ?? base).catch(() => null);
  const table = Object.assign({}, ...(own ?? await read("en")).map((each) => each.default));
  const forms = new Intl.PluralRules(own ? base : "en");
  return (key, gaps = {}) => {
    const counted = table[`${key}_${forms.select(gaps.count ?? 0)}`];
    const text = "count" in gaps && counted ? counted : table[key] ?? String(key);
    return text.replace(/\{(\w+)\}/g, (_, gap) => String(gaps[gap] ?? ""));
  };
}

// A language for each number format that a user may choose without its language.
const NUMBERS = {
  comma_decimal: "en-US", decimal_comma: "de", space_comma: "fr", quote_decimal: "de-CH",
  system: undefined,
};
// Parts of the main unit in which people name a price.
const MINOR = {
  EUR: "ct", NOK: "øre", DKK: "øre", SEK: "öre", GBP: "p", CHF: "Rp.", USD: "¢", PLN: "gr",
};

/** Return the hour cycle a user wants, or nothing to leave it to the language. */
function hourCycle(format) {
  const { hour12 } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  return { 12: "h12", 24: "h23", system: hour12 ? "h12" : "h23" }[format];
}

/** Return all that turns numbers and times into words for a user. */
export function speech(hass, timeZone, t) {
  const language = languageOf(hass);
  const { time_format: format, number_format: numbers } = hass.locale ?? {};
  // To make a format takes far longer than to use it, and what nobody says costs nothing.
  const says = (options, tongue = language) => {
    let made;
    return (at, how = "format") => (made ??= new Intl.DateTimeFormat(tongue, { timeZone, ...options }))[how](at);
  };
  const cycle = { hourCycle: hourCycle(format), hour: "numeric" };
  if (!says(cycle)(0, "resolvedOptions").hour12) cycle.hour = "2-digit";
  const hours = says(cycle);
  const minutes = says({ ...cycle, minute: "2-digit" });
  const named = says({ ...cycle, minute: "2-digit", timeZoneName: "short" });
  const date = says({ weekday: "short", day: "numeric", month: "short" });
  const sortable = says({ dateStyle: "short", timeStyle: "short" }, "sv"); // 2026-11-30 07:00
  /** Remember what is said of slots, which are asked for again and again. */
  const often = (say, said = {}) => (at) => (at % QUARTER ? say(at) : said[at] ??= say(at));
  const fields = often(sortable);
  const made = {};
  const number = (value, options) => (made[JSON.stringify(options)] ??=
    new Intl.NumberFormat(numbers in NUMBERS ? NUMBERS[numbers] : language, options)).format(value);
  const digits = (value, count) =>
    number(value, { minimumFractionDigits: count, maximumFractionDigits: count });
  const upTo = (value, count = 0) => number(value, { maximumFractionDigits: count });
  const day = (at) => fields(at - (at % QUARTER)).slice(0, 10); // which ends with a slot
  // An hour that the clock shows twice is told apart by its zone, and no other is.
  const twice = (at) => [at - HOUR, at + HOUR].some((other) =>
    minutes(other) === minutes(at) && day(other) === day(at));
  const time = often((at) => (twice(at) ? named : minutes)(at));
  const clock = (at) => fields(at).slice(11).split(":").map(Number);
  /** Say when it is: today's time alone, tomorrow's with the word, else with the day. */
  const when = (at, now = Date.now()) => {
    if (day(at) === day(now)) return time(at);
    const [hour] = clock(now - (now % QUARTER));
    const tomorrow = now + (36 - hour) * HOUR;
    return day(at) === day(tomorrow) ? t("tomorrow_at", { time: time(at) }) : `${date(at)} ${time(at)}`;
  };
  const money = (sum, currency, more) => {
    // A portal's currency need not be one of the ISO codes that Intl insists on.
    if (/^[A-Za-z]{3}$/.test(currency ?? "")) {
      return number(sum, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...more });
    }
    return [digits(sum, 2), currency].filter(Boolean).join("\u00a0");
  };
  return {
    t, number, digits, upTo, time, when, day, clock, money, date,
    month: says({ month: "long" }),
    weekday: says({ weekday: "short" }),
    // Some languages add a word to a bare hour, for which an axis has no room.
    hour: often((at) => ["hour", "dayPeriod"].map((type) =>
      hours(at, "formatToParts").find((part) => part.type === type)?.value).filter(Boolean).join(" ")),
    span: (from, to, now) => `${from <= now ? t("now") : when(from, now)}–${time(to)}`,
    /** Return in what prices of a series are named: factor, unit and digits. */
    scale: (unit, values) => {
      const [currency, per] = String(unit ?? "").split("/");
      const most = Math.max(0, ...values.map(Math.abs));
      const minor = most < 10 ? MINOR[currency] : undefined;
      const name = minor ?? currency;
      return { factor: minor ? 100 : 1, count: minor ? 1 : most < 1 ? 4 : 2, name,
        unit: [name, per].filter(Boolean).join("/") };
    },
    percent: (share) => number(Math.abs(share), { style: "percent", maximumFractionDigits: 0 }),
    signed: (sum, currency) => `${sum < 0 ? "−" : "+"}${money(Math.abs(sum), currency)}`,
  };
}

// --- Nodes, as plain trees

/** Return a node, as in h("b.good", { title }, "text"); what it has may be left out. */
export function h(name, props, ...kids) {
  const [tag, ...kinds] = name.split(".");
  const isBare = props?.constructor !== Object || props.tag;
  return {
    tag, props: { class: kinds.join(" ") || undefined, ...(isBare ? undefined : props) },
    kids: (isBare ? [props, ...kids] : kids).flat(2).filter((kid) => kid != null && kid !== false && kid !== ""),
  };
}

const SVG = "http://www.w3.org/2000/svg";

/** Give a node what it is to have. */
function dress(node, kid) {
  if (!kid.tag) {
    if (node.data !== String(kid)) node.data = kid;
    return;
  }
  const before = node.shown?.props ?? {};
  node.shown = kid;
  for (const name in before) if (!(name in kid.props)) put(node, name);
  for (const name in kid.props) if (kid.props[name] !== before[name]) put(node, name, kid.props[name]);
  patch(node, kid.kids);
}

function put(node, name, value) {
  if (name.startsWith("on")) node[name] = value ?? null;
  else if (name.startsWith(".")) node[name.slice(1)] = value;
  else if (value == null || value === false) node.removeAttribute(name);
  else if (name !== "key") node.setAttribute(name, value === true ? "" : value);
}

function takeOut(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Make what is in a host look like these nodes; what is the same stays. */
export function patch(host, kids) {
  const held = new Map();
  if (kids.some((kid) => kid.props?.key != null)) {
    const keys = new Set(kids.map((kid) => kid.props?.key));
    for (const node of [...host.childNodes]) {
      // What is gone is taken out first: what stays then stays where it is.
      if (node.ofKey != null && !keys.has(node.ofKey)) node.remove();
      else held.set(node.ofKey, node);
    }
  }
  let next = host.firstChild;
  for (const kid of kids) {
    if (kid.tag && next?.shown === kid) {
      next = next.nextSibling;
      continue;
    }
    const key = kid.props?.key;
    let node = key == null ? next : held.get(key);
    if (!node || node.ofKey !== key || node.localName !== kid.tag) {
      node = kid.tag ? document.createElementNS(
        kid.tag === "svg" ? SVG : host.namespaceURI ?? document.body.namespaceURI, kid.tag) : new Text(kid);
      node.ofKey = key;
    }
    // What has a key is not moved to make room, or it would lose the focus.
    if (key != null && node.parentNode === host) while (next && next.ofKey == null) next = takeOut(next);
    if (node === next) next = next.nextSibling;
    else host.insertBefore(node, next);
    dress(node, kid);
  }
  while (next) next = takeOut(next);
}

// --- What the house has

let asked; // by all cards of a page at once
export function sourcesOf(hass) {
  if (asked?.connection !== hass.connection || Date.now() - asked.at > MINUTE) {
    const answer = hass.callWS({ type: "energy_portals/sources" });
    asked = { connection: hass.connection, at: Date.now(), answer };
    answer.catch(() => { asked = undefined; });
  }
  return asked.answer;
}

/** Return the entities of the integration that a user sees and that have a state. */
export const entitiesOf = (hass) => Object.entries(hass.entities)
  .filter(([id, entry]) => entry.platform === "energy_portals" && !entry.hidden && hass.states[id])
  .map(([id, entry]) => {
    const { state, attributes } = hass.states[id];
    return { id, device: entry.device_id, key: entry.translation_key, category: entry.entity_category,
      state, unit: attributes.unit_of_measurement, isKnown: !["unknown", "unavailable"].includes(state) };
  });

/** Return the entity of a device by what it is. */
export const entityOf = ({ hass: { entities } }, key, device) => Object.keys(entities)
  .find((id) => entities[id].device_id === device && entities[id].translation_key === key);

/** Take out of a name what is an id and tells nobody anything. */
export const plain = (name) => String(name ?? "")
  .replace(/\b(?=\w*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?\b|\b\d{7,}\b/gi, "")
  .replace(/\s+/g, " ").trim();

export function fire(host, type, detail) {
  host.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
/** Tell a user that what was asked for was not done. */
export const refuse = (host, t, { message, code }) =>
  fire(host, "hass-notification", { message: t("refused", { why: message ?? code }) });
export const moreInfo = (host, entityId) => fire(host, "hass-more-info", { entityId });
export function goTo(path) {
  history.pushState(null, "", path);
  fire(window, "location-changed", { replace: false });
}
/** Return what makes a link of Home Assistant's own pages. */
export const link = (href) => ({ href, onclick: (event) => { event.preventDefault(); goTo(href); } });

// Light and dark alike from blue over sand to red, apart for the colour-blind as well.
export const LOOK = `
:host { display: block; --fill: #007ea3; --on-fill: #fff; --good: #0a62ab; --dear: #b23510; --saves: #1b6e35;
  --cap: #8a5a00; --green: #2c7d34; --link: #00658a; --edge: #5f7f8c; --warn: #fff3d6; --on-warn: #7a5200;
  --pale: color-mix(in srgb, #007ea3 18%, transparent); --band: color-mix(in srgb, #0a66b0 12%, transparent); }
:host([dark]) { --fill: #38b4dc; --on-fill: #00222e; --good: #8ac6f5; --dear: #ff9a6c; --saves: #86d79a;
  --cap: #e2b04a; --green: #63b96b; --link: #8fd8f2; --edge: #86a9b6; --warn: #332a14; --on-warn: #ffc266;
  --pale: color-mix(in srgb, #38b4dc 32%, transparent); --band: color-mix(in srgb, #3f9be6 18%, transparent); }
* { box-sizing: border-box; }
ha-card * { unicode-bidi: plaintext; }
button, a.button { font: inherit; font-size: 14px; font-weight: 500; min-height: 44px; min-width: 44px;
  padding: 0 12px; border: 0; border-radius: 22px; background: none; color: var(--link); cursor: pointer;
  display: inline-flex; align-items: center; justify-content: center; gap: 8px; text-decoration: none;
  white-space: nowrap; }
button.fill { background: var(--fill); color: var(--on-fill); padding: 0 18px; }
button.soft { background: var(--secondary-background-color); padding: 0 16px; color: var(--primary-text-color); }
button.line { border: 1px solid var(--edge); color: var(--primary-text-color); }
button:disabled { opacity: .6; cursor: default; }
a { color: var(--link); } b { font-weight: 500; }
:focus-visible { outline: 2px solid var(--fill); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;

// How the card looks; a track has on its left what the curve has for its numbers.
export const STYLE = `
:host { container-type: inline-size; }
ha-card { display: block; padding: 14px 18px 12px; color: var(--primary-text-color); }
h1 { font-size: 16px; font-weight: 500; margin: 0 0 4px; }
h2 { font-size: 22px; font-weight: 400; line-height: 1.25; margin: 0; }
.good { color: var(--good); } .dear { color: var(--dear); } .saves, button.cheaper { color: var(--saves); }
.main { min-width: 0; }
.head { display: flex; flex-direction: column; margin-bottom: 4px; }
.source, .next, .faint { font-size: 13px; color: var(--secondary-text-color); margin: 0; line-height: 1.45; }
.source a { display: inline-block; }
.menu { position: relative; --mdc-icon-size: 18px; display: inline-flex; max-width: 100%; vertical-align: bottom; }
.menu span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.next b, .current-price b, .what > b:first-child { color: var(--primary-text-color); }
button.price { padding: 0; display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; border-radius: 4px;
  justify-content: flex-start; font-weight: 400; color: var(--secondary-text-color); }
.current-price b { font-size: 30px; } .average { font-size: 13px; }
.chart { position: relative; direction: ltr; cursor: crosshair; touch-action: pan-y; user-select: none;
  -webkit-user-select: none; border-radius: 4px; }
svg { display: block; overflow: visible; pointer-events: none; }
text { font-size: 12px; fill: var(--secondary-text-color); } .tick { text-anchor: end; } .mid { text-anchor: middle; }
.day, .in { fill: var(--primary-text-color); font-weight: 500; }
.rule { stroke: var(--divider-color); } .zero, .midnight { stroke: var(--secondary-text-color); }
.midnight { stroke-dasharray: 2 3; } .hatch { fill: var(--divider-color); } .band { fill: var(--band); }
.now-line line { stroke: var(--primary-text-color); stroke-width: 1.5; }
.now-line circle { fill: var(--primary-text-color); stroke: var(--card-background-color); stroke-width: 1.5; }
.lanes { margin-top: 2px; }
.load { border-top: 1px solid var(--divider-color); display: grid; padding: 2px 0 6px; align-items: center;
  grid-template: "icon what acts" auto ". track track" 18px / 32px minmax(0, 1fr) auto; }
.load[data-status="off"] { opacity: .75; }
button.icon { grid-area: icon; padding: 0 0 0 10px; margin-left: -10px; justify-content: flex-start;
  color: var(--secondary-text-color); }
.what { grid-area: what; font-size: 14px; color: var(--secondary-text-color); cursor: pointer; line-height: 1.4;
  min-width: 0; overflow-wrap: anywhere; }
.what > b:first-child { margin-inline-end: 6px; }
.acts { grid-area: acts; display: flex; gap: 4px; position: relative; z-index: 3; --mdc-icon-size: 20px; }
.track { grid-area: track; position: relative; height: 18px; background: var(--secondary-background-color); }
.track, .track > * { border-radius: 9px; } .track > * { position: absolute; top: 0; bottom: 0; }
.window { background: var(--pale); border: 1.5px solid var(--edge); }
.run { background: var(--fill); min-width: 6px; }
.track > .deadline { width: 4px; margin-left: -2px; background: var(--primary-text-color); border-radius: 2px; inset-block: -3px; }
.track > .by, .note { font-size: 12px; line-height: 18px; white-space: nowrap; pointer-events: none; overflow: hidden;
  text-overflow: ellipsis; border-radius: 0; }
@container (min-width: 560px) {
  .head { flex-direction: row; justify-content: space-between; gap: 16px; } h2 { font-size: 26px; }
  button.price { flex-direction: column; align-items: flex-end; flex: none; gap: 2px; margin-top: -6px; }
  .current-price b { font-size: 36px; }
}
@container (min-width: 860px) { .grid { display: grid; grid-template-columns: minmax(0, 1fr) 236px; gap: 22px; } }
@media (prefers-reduced-motion: no-preference) {
  .run, .window, .deadline, .by { transition: left .12s, right .12s; } .dragging * { transition: none !important; } }
`;

// --- Rows of slots

/** Return the mean price of a span, or nothing where it is not known throughout. */
export function meanOf(slots, from, to) {
  let [sum, known] = [0, 0];
  for (const [start, end, value] of slots) {
    const part = Math.min(end, to) - Math.max(start, from);
    if (part > 0) [sum, known] = [sum + part * value, known + part];
  }
  return known >= to - from - 1 && known > 0 ? sum / known : null;
}

/** Return the stretches in which all slots are alike. */
export function stretchesOf(slots, kind) {
  const found = [];
  for (const slot of slots) {
    const last = found.at(-1);
    if (last && last.end === slot[0] && last.kind === kind(slot)) last.end = slot[1];
    else found.push({ start: slot[0], end: slot[1], kind: kind(slot) });
  }
  return found;
}

const SCALES = [[[0, 10, 102, 176], [0.35, 59, 130, 160], [0.62, 168, 120, 42], [1, 192, 58, 18]],
  [[0, 63, 155, 230], [0.35, 121, 179, 201], [0.62, 220, 178, 101], [1, 242, 112, 63]]];

/** Return what gives a price its colour, from the low to the high end of what is known. */
export function colours(slots, isDark) {
  const values = slots.map((slot) => slot[2]).sort((a, b) => a - b);
  const [low, high] = [0.05, 0.95].map((share) => values[Math.round(share * (values.length - 1))] ?? 0);
  const stops = SCALES[Number(isDark)];
  return (value) => {
    const place = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.35;
    const next = Math.max(1, stops.findIndex(([end]) => end >= place));
    const [a, b] = [stops[next - 1], stops[next]];
    const share = (place - a[0]) / (b[0] - a[0]);
    return `rgb(${[1, 2, 3].map((i) => Math.round(a[i] + share * (b[i] - a[i])))})`;
  };
}

/** Return round ticks that cover a span with zero. */
export function ticksOf(low, high) {
  const [bottom, top] = low < high ? [low, high] : [0, 1];
  const rough = (top - bottom) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.floor(bottom / step + 1e-9);
  return Array.from({ length: Math.floor(top / step + 1e-9) - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// --- The page

export const heading = (text, icon, badges) => ({
  type: "heading", heading: text, icon, ...(badges?.length && { badges }),
});
export const tile = (entity, name, options) => ({
  type: "tile", entity: entity.id, ...(name && { name }), ...options,
});
export const grid = (cards, options) => ({ type: "grid", cards, ...options });
export const sections = (all) => ({ type: "sections", max_columns: 3, sections: all });
export const card = (config) => ({
  type: "custom:energy-portals-card", ...config, grid_options: { columns: "full" },
});

/** Return what the hero shows without a choice: a planner, else a price that varies. */
export function firstOf({ planners = [], prices = [], green = [], caps = [] }) {
  if (planners.length) return { planner: planners[0].id };
  const price = prices.find((each) => !each.flat) ?? prices[0];
  const chosen = { price: price?.id, green: green[0]?.id, caps: caps[0]?.id };
  return Object.fromEntries(Object.entries(chosen).filter(([, id]) => id));
}

/** Return at most eight tiles of what else there is, each once. */
function alsoTiles(hass, sources, t) {
  const all = entitiesOf(hass).filter((e) => e.isKnown && !e.category);
  const of = (key, test = () => true) => all.find((e) => e.key === key && test(e));
  const gas = of("consumption_this_month", (e) => e.unit === "m³")?.device;
  const isReached = (e) => Number(e.state) > 0;
  const seen = new Set();
  return [
    ...sources.prices.filter((each) => each.flat).slice(0, 2).map((each) =>
      [of("price", (e) => e.device === each.device_id), each.name.replace(/:.*$/, ""), "cash-lock"]),
    [gas && of("cost_this_month", (e) => e.device === gas), t("gas_month"), "fire"],
    [of("renewable_share"), t("renewable"), "leaf"],
    [of("last_reading"), t("reading"), "counter"],
    [of("solar_energy_left") ?? of("solar_energy_today"), t("sun_today"), "white-balance-sunny"],
    [of("open_projects", isReached), t("open_projects"), "clipboard-list-outline"],
    [of("next_installment"), t("next_installment"), "calendar-cash"],
    [of("power_cap") ?? of("next_power_cap"), t("grid_limit"), "speedometer"],
    [of("earned", isReached), t("paid_month"), "hand-coin"],
    [of("temperature")], [of("expenses")],
  ].filter(([entity]) => {
    const what = entity && `${entity.state} ${entity.unit}`;
    return entity && !seen.has(what) && seen.add(what);
  }).slice(0, 8).map(([entity, name, icon]) => tile(entity, name,
    { ...(icon && { icon: `mdi:${icon}` }), grid_options: { columns: 6, rows: 1 } }));
}

async function mainView(hass, sources, t) {
  if (!Object.keys(firstOf(sources)).length) return (await load("accounts.js")).allViews(hass, sources);
  const tiles = alsoTiles(hass, sources, t);
  const whole = { column_span: 3 };
  return sections([
    grid([{ type: "custom:energy-portals-inbox", grid_options: { columns: "full" } }, card({})], whole),
    ...(tiles.length ? [grid([heading(t("also")), ...tiles], whole)] : []),
  ]);
}

const both = (hass) => Promise.all([
  sourcesOf(hass).catch(() => ({ prices: [], green: [], caps: [], planners: [], accounts: [] })), wordsOf(hass)]);

export const generate = {
  async dashboard(config, hass) {
    const [sources, t] = await both(hass);
    const view = (title, path, account) => ({ title, path, strategy: { type: "custom:energy-portals", account } });
    const shown = entitiesOf(hass).filter((e) => e.isKnown && !e.category);
    return {
      title: config.title ?? t("energy"),
      views: [view(t("energy"), "energy"), ...sources.accounts
        .filter(({ devices }) => shown.some((e) => devices.includes(e.device)))
        .map(({ id, name, vendor }) => view(plain(name) || vendor, id, id))],
    };
  },
  async view(config, hass) {
    const [sources, t] = await both(hass);
    const account = sources.accounts.find(({ id }) => id === config.account);
    return account ? (await load("accounts.js")).accountView(hass, account, sources)
      : mainView(hass, sources, t);
  },
  section: async () => grid([card({})], { column_span: 3 }),
};
