// What a portal answers when it is asked, in tables: unfolded, and asked for, one by one.

const { HOUR, LOOK, h, isOther, languageOf, patch, plain, speech, wordsOf } =
  await import(`./page.js${new URL(import.meta.url).search}`);

const PLATFORM = "energy_portals";
const WAYS = { consumption: "consumption", "feed-out": "consumption", "feed-in": "fed_in" };
const wayOf = (type, name, say) => (WAYS[type] ? say.t(WAYS[type]) : plain(name));

/** Return a portal's own name of a thing as words: "washingMachine" is "Washing machine". */
const inWords = (name) => name.replace(/([a-z])([A-Z][a-z])/g, (_, end, begin) => `${end} ${begin.toLowerCase()}`)
  .replace(/^[a-z]/, (first) => first.toUpperCase());

/** Return months by what their energy is split into, the newest first. */
function byMonth(months, part, say) {
  const names = [...new Set(months.flatMap((each) => Object.keys(each[part])))];
  return {
    head: ["kWh", ...names.map(inWords)],
    rows: [...months].sort((a, b) => b.month.localeCompare(a.month)).map((each) => [
      say.yearMonth(each.month), ...names.map((name) => say.kwh(each[part][name]))]),
  };
}

const amounts = ({ periods }, say) => ({
  head: [say.t("period"), ""],
  rows: [...periods].sort((a, b) => b.start.localeCompare(a.start)).map((each) => [
    [say.dates(each.start, each.end), wayOf(each.type, each.name, say)]
      .filter(Boolean).join(" · "), say.amount(each.value, each.unit)]),
});

// What is asked for, with what, and how its answer is laid out.
const TABLES = {
  by_appliance: {
    action: "get_consumption_by_appliance",
    tables: ({ months, compound }, say) => [
      byMonth(months, "appliances", say),
      ...(compound.length
        ? [{ title: say.t("compound"), ...byMonth(compound, "appliances", say) }] : [])],
  },
  profile: {
    action: "get_consumption_profile",
    tables: ({ hours }, say) => {
      const most = Math.max(...hours.map((each) => each.energy ?? 0)) || 1;
      return [{
        head: [say.t("time"), "kWh"],
        rows: hours.map((each) => [say.clockHour(each.hour), say.kwh(each.energy)]),
        bars: hours.map((each) => (each.energy ?? 0) / most),
      }];
    },
  },
  trend: {
    action: "get_consumption_trend",
    tables: ({ months }, say) => [byMonth(months, "tariff_periods", say)],
  },
  by_calendar_month: {
    action: "get_energy_by_period", data: { period: "month" },
    tables: (answer, say) => [amounts(answer, say)],
  },
  by_billing_period: {
    action: "get_energy_by_period", data: { period: "billing_period" },
    tables: (answer, say) => [amounts(answer, say)],
  },
  readings: {
    action: "get_meter_readings",
    tables: ({ counters }, say) => counters.map((counter) => ({
      title: [wayOf(counter.direction, "", say),
        counter.expected_at_least != null && counter.expected_at_most != null && say.t("expected_range", {
          least: say.amount(counter.expected_at_least, counter.unit),
          most: say.amount(counter.expected_at_most, counter.unit) })].filter(Boolean).join(" · "),
      head: [say.t("day"), say.t("reading")],
      rows: [...counter.readings].sort((a, b) => (b.date ?? "").localeCompare(a.date ?? ""))
        .map((each) => [say.dates(each.date), say.amount(each.value, counter.unit)]),
    })),
  },
  links: {
    action: "get_links",
    tables: ({ links }, say) => [{
      head: ["", ""],
      rows: links.map((each) => [each.name, isAddress(each.url)
        ? h("a", { href: each.url, target: "_blank", rel: "noopener noreferrer",
          "aria-label": `${say.t("open")}: ${each.name}` }, say.t("open"))
        : say.t("in_portal")]),
    }],
  },
};
/** Say whether an address is one that a browser may be sent to. */
const isAddress = (url) => /^https?:\/\//i.test(url ?? "");

// Answers are kept for the next look: a portal is not asked again within the hour.
const answered = new Map();
function ask(hass, device, { action, data }) {
  const key = JSON.stringify([device, action, data]);
  const held = answered.get(key);
  if (held && Date.now() - held.at < HOUR) return held.answer;
  const answer = hass.callWS({
    type: "call_service", domain: PLATFORM, service: action,
    service_data: { device_id: device, ...data }, return_response: true,
  }).then(({ response }) => response);
  answered.set(key, { at: Date.now(), answer });
  answer.catch(() => answered.delete(key));
  return answer;
}

/** Return how figures and days of answers are said. */
function saying(hass, t) {
  const say = speech(hass, hass.config.time_zone, t);
  const format = (options) => new Intl.DateTimeFormat(languageOf(hass), options);
  const days = format({ dateStyle: "medium", timeZone: hass.config.time_zone });
  const months = format({ month: "short", year: "numeric", timeZone: "UTC" });
  const hours = format({ hour: "numeric", minute: "2-digit", timeZone: "UTC",
    hourCycle: hass.locale?.time_format === "12" ? "h12" : "h23" });
  const none = "–";
  const at = (text) => days.format(new Date(text.length > 10 ? text : `${text}T12:00Z`));
  return {
    ...say,
    kwh: (wh) => (wh == null ? none : say.digits(wh / 1000, wh < 10_000 ? 2 : 1)),
    amount: (value, unit) => (value == null ? none
      : [say.upTo(value, 3), unit].filter(Boolean).join("\u00a0")),
    yearMonth: (text) => (/^\d{4}-\d{2}$/.test(text) ? months.format(new Date(`${text}-15T12:00Z`)) : text),
    clockHour: (hour) => hours.format(Date.UTC(2026, 0, 1, hour)),
    // A period ends with the beginning of the day that follows.
    dates: (start, end) => {
      if (!start) return none;
      return end ? `${at(start)} – ${days.format(new Date(Date.parse(end) - 1))}` : at(start);
    },
  };
}

export class Answers {
  shown = {};

  constructor(host) {
    this.host = host;
  }

  async update(config, hass) {
    const { held } = this;
    [this.config, this.held] = [config, hass];
    if (!isOther(held, hass)) return;
    this.say = saying(hass, await wordsOf(hass, "later"));
    this.render();
  }

  /** Ask once it is unfolded; what failed is asked again the next time. */
  async unfold(name, isOpen) {
    if (!isOpen || this.shown[name]?.answer) return;
    this.shown[name] = {};
    this.render();
    try {
      this.shown[name] = { answer: await ask(this.held, this.config.device, TABLES[name]) };
    } catch (error) {
      this.shown[name] = { error: String(error?.message ?? error) };
    }
    this.render();
  }

  inside(name) {
    const { answer, error } = this.shown[name] ?? {};
    const { t } = this.say;
    if (error) return [h("p", { role: "alert" }, t("no_answer", { why: error }))];
    if (!answer) return [h("p", t("loading"))];
    const tables = TABLES[name].tables(answer, this.say).filter(({ rows }) => rows.length);
    if (!tables.length) return [h("p", t("nothing_told"))];
    return [
      ...tables.map((each) => h("div",
        { class: "table", tabindex: "0", role: "region", "aria-label": each.title || t(`answer_${name}`) },
        each.title && h("p", each.title), h("table",
          each.head.some(Boolean) && h("thead", h("tr",
            each.head.map((text) => h(text ? "th" : "td", { scope: text ? "col" : null }, text)))),
          h("tbody", each.rows.map(([first, ...rest], place) => h("tr", {
            style: each.bars && `--part: ${Math.round(each.bars[place] * 100)}%` },
            h("th", { scope: "row" }, first), rest.map((cell) => h("td", cell)))))))),
      answer.is_complete === false && h("p", t("not_all")),
    ];
  }

  render() {
    const { t } = this.say;
    const device = this.held.devices[this.config.device];
    patch(this.host.shadowRoot, [
      h("style", STYLE),
      h("ha-card",
        h("h3", plain(device?.name_by_user || device?.name)),
        this.config.tables.map((name) => h("details", {
          key: name, ontoggle: (event) => this.unfold(name, event.target.open) },
        h("summary", t(`answer_${name}`)), this.inside(name)))),
    ]);
  }
}

const STYLE = `${LOOK}
  ha-card { padding: 8px 16px; }
  h3 { margin: 8px 0; font-size: 16px; font-weight: 500; }
  h3:empty { display: none; }
  summary { min-height: 44px; line-height: 44px; cursor: pointer; }
  .table { overflow: auto; max-height: 480px; }
  table { border-collapse: collapse; width: 100%; font-size: 14px; }
  th, td { padding: 6px 8px; text-align: end; font-weight: 400; white-space: nowrap;
    border-bottom: 1px solid var(--divider-color); font-variant-numeric: tabular-nums; }
  th:first-child { text-align: start; padding-inline-start: 0; white-space: normal; }
  thead th { font-weight: 500; }
  tr[style] td { background: linear-gradient(to right, var(--pale) var(--part), transparent var(--part)); }
  td a { display: inline-flex; min-height: 44px; align-items: center; }
  p { margin: 8px 0; font-size: 14px; color: var(--primary-text-color); }
`;
