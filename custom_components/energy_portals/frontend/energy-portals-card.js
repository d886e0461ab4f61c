// The Lovelace card of Energy Portals, its editor, and the dashboard made of it.
//
// Names and units come from portals: they reach the page as text nodes and attributes
// only, never as markup.

const CARD = "energy-portals-card";
const EDITOR = "energy-portals-card-editor";
const STRATEGY = "energy-portals";
const PLATFORM = "energy_portals";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RETRY = 30_000;
const NARROW = 450;

const LEVELS = ["very_cheap", "cheap", "normal", "expensive", "very_expensive"];
const SOURCES = ["planner", "price", "green", "caps"];
const VIEWS = ["today", "tomorrow", "both"];

// --- Words ---------------------------------------------------------------------------

const WORDS = {
  en: {
    card: "Electricity price and flexible loads",
    card_help: "Prices of today and tomorrow, green windows, power caps and plans.",
    dashboard_help: "Everything your energy accounts offer, laid out by itself.",
    today: "Today", tomorrow: "Tomorrow", both: "Both", shown: "Days shown",
    tomorrow_at: "tomorrow {time}",
    pending: "Tomorrow's prices are not published yet",
    no_price_now: "No price for now", next: "Next change: {what}",
    very_cheap: "Very cheap", cheap: "Cheap", normal: "Normal", expensive: "Expensive",
    very_expensive: "Very expensive", off: "Off", waiting: "Waiting",
    planned: "Planned", running: "Running", paused: "Paused",
    impossible: "Not possible", until: "until {time}", costs: "costs about {sum}",
    saves: "saves {sum}", share: "{share} green", time: "Time", price: "Price",
    level: "Price level", green: "Green window", cap: "Power cap", caps: "Power caps",
    load: "Flexible load", loads: "Flexible loads", chart: "chart",
    keys: "Arrow keys move through the times, Home and End to the ends, N to now.",
    hint: "Point at the chart, or move through it with the arrow keys",
    unreachable: "{name} cannot be reached at the moment. Shown is what is known.",
    not_found: "What this card shows is no longer there. Choose another source.",
    unknown_command: "Energy Portals is not running. This card tries again by itself.",
    failed: "The data could not be loaded ({why}). This card tries again by itself.",
    empty: "There is nothing to show yet: no account brings prices or green windows.",
    loading: "Loading …", title: "Title", planner: "Planner",
    editor_help: "Without a choice, the first planner or price is shown.",
    energy: "Energy", power: "Live power", renewable: "Green power",
    set_up: "Nothing is set up yet. Add the integration Energy Portals under "
      + "[Settings, Devices & services](/config/integrations).",
  },
  de: {
    card: "Strompreis und flexible Verbraucher",
    card_help: "Preise für heute und morgen, grüne Fenster, Leistungsgrenzen, Pläne.",
    dashboard_help: "Alles, was Ihre Energiekonten bieten, von selbst angeordnet.",
    today: "Heute", tomorrow: "Morgen", both: "Beide", shown: "Gezeigte Tage",
    tomorrow_at: "morgen {time}",
    pending: "Die Preise für morgen sind noch nicht veröffentlicht",
    no_price_now: "Zurzeit kein Preis", next: "Nächste Änderung: {what}",
    very_cheap: "Sehr günstig", cheap: "Günstig", normal: "Normal", expensive: "Teuer",
    very_expensive: "Sehr teuer", off: "Aus", waiting: "Wartet", planned: "Geplant",
    running: "Läuft", paused: "Pausiert", impossible: "Nicht möglich",
    until: "bis {time}", costs: "kostet etwa {sum}", saves: "spart {sum}",
    share: "{share} grün", time: "Zeit", price: "Preis", level: "Preisniveau",
    green: "Grünes Fenster", cap: "Leistungsgrenze", caps: "Leistungsgrenzen",
    load: "Flexibler Verbraucher", loads: "Flexible Verbraucher", chart: "Diagramm",
    keys: "Pfeiltasten gehen durch die Zeiten, Pos1 und Ende an die Enden, N zu jetzt.",
    hint: "Auf das Diagramm zeigen oder mit den Pfeiltasten hindurchgehen",
    unreachable: "{name} ist zurzeit nicht erreichbar. Gezeigt wird, was bekannt ist.",
    not_found: "Was diese Karte zeigt, gibt es nicht mehr. Bitte anderes wählen.",
    unknown_command: "Energy Portals läuft nicht. Die Karte versucht es selbst erneut.",
    failed: "Die Daten wurden nicht geladen ({why}). Die Karte versucht es erneut.",
    empty: "Noch nichts zu zeigen: Kein Konto bringt Preise oder grüne Fenster.",
    loading: "Wird geladen …", title: "Titel", planner: "Planer",
    editor_help: "Ohne Auswahl wird der erste Planer oder Preis gezeigt.",
    energy: "Energie", power: "Leistung jetzt", renewable: "Grüner Strom",
    set_up: "Noch ist nichts eingerichtet. Fügen Sie die Integration Energy Portals "
      + "unter [Einstellungen, Geräte & Dienste](/config/integrations) hinzu.",
  },
  it: {
    card: "Prezzo dell'energia e carichi flessibili",
    card_help: "Prezzi di oggi e domani, finestre verdi, limiti di potenza e piani.",
    dashboard_help: "Tutto ciò che offrono i tuoi account, disposto da sé.",
    today: "Oggi", tomorrow: "Domani", both: "Entrambi", shown: "Giorni mostrati",
    tomorrow_at: "domani {time}",
    pending: "I prezzi di domani non sono ancora pubblicati",
    no_price_now: "Nessun prezzo per ora", next: "Prossimo cambio: {what}",
    very_cheap: "Molto economico", cheap: "Economico", normal: "Normale",
    expensive: "Caro", very_expensive: "Molto caro", off: "Spento",
    waiting: "In attesa", planned: "Pianificato", running: "In funzione",
    paused: "In pausa", impossible: "Non possibile", until: "fino alle {time}",
    costs: "costa circa {sum}", saves: "fa risparmiare {sum}", share: "{share} verde",
    time: "Ora", price: "Prezzo", level: "Livello di prezzo", green: "Finestra verde",
    cap: "Limite di potenza", caps: "Limiti di potenza", load: "Carico flessibile",
    loads: "Carichi flessibili", chart: "grafico",
    keys: "Le frecce scorrono le ore, Home e Fine vanno agli estremi, N ad adesso.",
    hint: "Indica il grafico o scorrilo con i tasti freccia",
    unreachable: "{name} non è raggiungibile al momento. È mostrato ciò che è noto.",
    not_found: "Ciò che la scheda mostra non esiste più. Scegli un'altra fonte.",
    unknown_command: "Energy Portals non è attivo. La scheda riprova da sé.",
    failed: "I dati non sono stati caricati ({why}). La scheda riprova da sé.",
    empty: "Ancora niente da mostrare: nessun account porta prezzi o finestre verdi.",
    loading: "Caricamento …", title: "Titolo", planner: "Pianificatore",
    editor_help: "Senza scelta si mostra il primo pianificatore o prezzo.",
    energy: "Energia", power: "Potenza attuale", renewable: "Energia verde",
    set_up: "Non è ancora configurato nulla. Aggiungi l'integrazione Energy Portals "
      + "in [Impostazioni, Dispositivi e servizi](/config/integrations).",
  },
  nb: {
    card: "Strømpris og fleksible laster",
    card_help: "Priser for i dag og i morgen, grønne vinduer, effektgrenser og planer.",
    dashboard_help: "Alt energikontoene dine tilbyr, ordnet av seg selv.",
    today: "I dag", tomorrow: "I morgen", both: "Begge", shown: "Dager som vises",
    tomorrow_at: "i morgen {time}",
    pending: "Prisene for i morgen er ikke publisert ennå",
    no_price_now: "Ingen pris nå", next: "Neste endring: {what}",
    very_cheap: "Svært billig", cheap: "Billig", normal: "Normal", expensive: "Dyr",
    very_expensive: "Svært dyr", off: "Av", waiting: "Venter", planned: "Planlagt",
    running: "I gang", paused: "På pause", impossible: "Ikke mulig",
    until: "til {time}", costs: "koster omtrent {sum}", saves: "sparer {sum}",
    share: "{share} grønt", time: "Tid", price: "Pris", level: "Prisnivå",
    green: "Grønt vindu", cap: "Effektgrense", caps: "Effektgrenser",
    load: "Fleksibel last", loads: "Fleksible laster", chart: "diagram",
    keys: "Piltastene går gjennom tidene, Home og End til endene, N til nå.",
    hint: "Pek på diagrammet, eller gå gjennom det med piltastene",
    unreachable: "{name} kan ikke nås akkurat nå. Det som er kjent, vises.",
    not_found: "Det kortet viser, finnes ikke lenger. Velg en annen kilde.",
    unknown_command: "Energy Portals kjører ikke. Kortet prøver igjen av seg selv.",
    failed: "Dataene ble ikke lastet ({why}). Kortet prøver igjen av seg selv.",
    empty: "Ingenting å vise ennå: Ingen konto gir priser eller grønne vinduer.",
    loading: "Laster …", title: "Tittel", planner: "Planlegger",
    editor_help: "Uten valg vises den første planleggeren eller prisen.",
    energy: "Energi", power: "Effekt nå", renewable: "Grønn strøm",
    set_up: "Ingenting er satt opp ennå. Legg til integrasjonen Energy Portals under "
      + "[Innstillinger, Enheter og tjenester](/config/integrations).",
  },
};

const languageOf = (hass) => hass?.locale?.language ?? hass?.language ?? "en";

/** Return a function that says a key in a language, with its {gaps} filled. */
function wordsIn(language) {
  const base = String(language).toLowerCase().split(/[-_]/)[0];
  const table = WORDS[{ no: "nb", nn: "nb" }[base] ?? base] ?? WORDS.en;
  // A level or status that is newer than this page is better shown raw than not at all.
  return (key, gaps = {}) =>
    (table[key] ?? String(key)).replace(/\{(\w+)\}/g, (_, gap) => String(gaps[gap]));
}

// --- Numbers and times ---------------------------------------------------------------

// A language for each number format that a user may choose without its language.
const NUMBER_LOCALES = {
  comma_decimal: "en-US", decimal_comma: "de", space_comma: "fr",
  quote_decimal: "de-CH", system: undefined,
};

const numberLocale = (hass) => {
  const format = hass?.locale?.number_format;
  return format in NUMBER_LOCALES ? NUMBER_LOCALES[format] : languageOf(hass);
};

/** Return the hour cycle a user wants, or nothing to leave it to the language. */
function hourCycle(format) {
  if (format === "12") return "h12";
  if (format === "24") return "h23";
  if (format !== "system") return undefined;
  const system = new Intl.DateTimeFormat(undefined, { hour: "numeric" });
  return system.resolvedOptions().hour12 ? "h12" : "h23";
}

/** Return the digits that tell values of this size apart: four in all. */
const digitsFor = (size) =>
  size > 0 ? Math.max(0, Math.min(5, 3 - Math.floor(Math.log10(size)))) : 2;

/** Return everything that turns numbers and times into words for a user. */
function speech(hass, zone) {
  const language = languageOf(hass);
  const t = wordsIn(language);
  const cycle = { timeZone: zone, hourCycle: hourCycle(hass?.locale?.time_format) };
  const bare = new Intl.DateTimeFormat(language, { ...cycle, hour: "numeric" });
  const hour = bare.resolvedOptions().hour12 ? "numeric" : "2-digit";
  const clock = (options) =>
    new Intl.DateTimeFormat(language, { ...cycle, hour, ...options });
  const hours = clock();
  const minutes = clock({ minute: "2-digit" });
  const named = clock({ minute: "2-digit", timeZoneName: "short" });
  const plain = new Intl.DateTimeFormat("en", {
    timeZone: zone, hour: "numeric", minute: "numeric", hourCycle: "h23",
  });
  const dates = new Intl.DateTimeFormat(language, {
    timeZone: zone, weekday: "short", day: "numeric", month: "short",
  });
  const number = (value, options) =>
    new Intl.NumberFormat(numberLocale(hass), options).format(value);
  const part = (format, at, type) =>
    format.formatToParts(at).find((piece) => piece.type === type)?.value;
  // An hour that the clock shows twice is told apart by its zone, and no other is.
  const twice = (at) =>
    [at - HOUR, at + HOUR].some((other) => minutes.format(other) === minutes.format(at)
      && dates.format(other) === dates.format(at));
  const time = (at) => (twice(at) ? named : minutes).format(at);
  return {
    t,
    number,
    time,
    span: (from, to) => `${time(from)}–${time(to)}`,
    date: (at) => dates.format(at),
    // Some languages add a word to a bare hour, for which an axis has no room.
    hour: (at) =>
      [part(hours, at, "hour"), part(hours, at, "dayPeriod")].filter(Boolean).join(" "),
    localHour: (at) => Number(part(plain, at, "hour")),
    onTheHour: (at) => Number(part(plain, at, "minute")) === 0,
    repeats: twice,
    price: (value, { unit, digits }) => {
      const options = {
        maximumFractionDigits: digits, minimumFractionDigits: Math.min(2, digits),
      };
      return [number(value, options), unit].filter(Boolean).join("\u00a0");
    },
    percent: (share) =>
      number(share / 100, { style: "percent", maximumFractionDigits: 0 }),
    power: (kilowatts) =>
      `${number(kilowatts, { maximumFractionDigits: 2 })}\u00a0kW`,
    money: (sum, currency) => {
      // A portal's currency need not be one of the ISO codes that Intl insists on.
      if (/^[A-Za-z]{3}$/.test(currency ?? "")) {
        return number(sum, { style: "currency", currency });
      }
      const text = number(sum, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
      return [text, currency].filter(Boolean).join("\u00a0");
    },
    list: (names) => new Intl.ListFormat(language).format(names),
  };
}

// --- What a snapshot says ------------------------------------------------------------

const iso = (at) => new Date(at).toISOString();
const holds = ([start, end], at) => start <= at && at < end;
const overlaps = ([start, end], from, to) => start < to && end > from;
const slotAt = (slots, at) => slots.find((slot) => holds(slot, at));

const pricesOf = (snap) => snap.price?.slots ?? [];
const greenOf = (snap) => snap.green?.windows ?? [];
const capsOf = (snap) => snap.caps?.slots ?? [];
const loadsOf = (snap) => snap.loads ?? [];

const tellsAnything = (snap) =>
  Boolean(snap && (snap.price || snap.green || snap.caps || loadsOf(snap).length));

/** Return the span of time that a view shows. */
function rangeOf(days, view) {
  if (view === "both") return [days[0][0], days.at(-1)[1]];
  return view === "tomorrow" ? days.at(-1) : days[0];
}

const dayAt = (days, now) => days.findIndex((day) => holds(day, now));

/** Return what a day is called now, however old the snapshot is. */
function dayName(days, day, now, say) {
  const today = dayAt(days, now);
  const ahead = today < 0 ? undefined : days.indexOf(day) - today;
  if (ahead === 0) return say.t("today");
  return ahead === 1 ? say.t("tomorrow") : say.date(day[0]);
}

/** Return a time with the word "tomorrow" where it is not today's. */
function whenOf(days, at, now, say) {
  const day = days.find((other) => holds(other, at));
  if (!day || holds(day, now)) return say.time(at);
  if (dayName(days, day, now, say) !== say.t("tomorrow")) {
    return `${say.date(at)} ${say.time(at)}`;
  }
  return say.t("tomorrow_at", { time: say.time(at) });
}

/** Return the next slot of another level or, without levels, of another price. */
function nextChange(slots, now) {
  const current = slotAt(slots, now);
  const what = current?.[3] ? 3 : 2;
  return slots.find((slot) => slot[0] > now && slot[what] !== current?.[what]);
}

/**
 * Return the times a user can step through: the price slots, and where there is none,
 * the hours in which something else is told.
 */
function stopsOf(snap, [from, to]) {
  const slots = pricesOf(snap).filter((slot) => overlaps(slot, from, to));
  const told = [greenOf(snap), capsOf(snap), ...loadsOf(snap).map((load) => load.runs)]
    .flat();
  const stops = [];
  let reached = from;
  for (const [start, end, value, level] of [...slots, [to, to]]) {
    while (reached < start) {
      const next = Math.min(start, (Math.floor(reached / HOUR) + 1) * HOUR);
      const piece = [reached, next];
      if (told.some((band) => overlaps(band, ...piece))) {
        stops.push({ start: reached, end: next });
      }
      reached = next;
    }
    if (end > start) stops.push({ start, end, value, level });
    reached = Math.max(reached, end);
  }
  return stops;
}

/** Return all that is known of one time, in words. */
function factsOf(stop, snap, scale, say) {
  const during = (bands) => bands.filter((b) => overlaps(b, stop.start, stop.end));
  const [green] = during(greenOf(snap));
  const caps = during(capsOf(snap)).map(([, , power]) => power);
  const share = green && green[2] != null ? say.percent(green[2]) : "";
  return {
    time: `${say.date(stop.start)}, ${say.span(stop.start, stop.end)}`,
    price: stop.value == null ? "" : say.price(stop.value, scale),
    level: stop.level ? say.t(stop.level) : "",
    green: green ? [say.t("green"), share].filter(Boolean).join(" ") : "",
    cap: caps.length ? `${say.t("cap")} ${say.power(Math.min(...caps))}` : "",
    loads: loadsOf(snap).filter((load) => during(load.runs).length)
      .map((load) => load.name).join(", "),
  };
}

/** Return unit and digits in which all prices of a snapshot are said. */
function scaleOf(snap) {
  const sizes = pricesOf(snap).map((slot) => Math.abs(slot[2]));
  return { unit: snap.price?.unit ?? "", digits: digitsFor(Math.max(0, ...sizes)) };
}

/** Return status, next run, cost and saving of a flexible load, in words. */
function loadWords(load, days, now, say) {
  const words = [say.t(load.status)];
  const run = load.runs.find(([, end]) => end > now);
  if (run && run[0] <= now) words.push(say.t("until", { time: say.time(run[1]) }));
  else if (run) words.push(`${whenOf(days, run[0], now, say)}–${say.time(run[1])}`);
  const sum = (value) => say.money(value, load.currency);
  if (load.cost != null) words.push(say.t("costs", { sum: sum(load.cost) }));
  if (load.saving > 0) words.push(say.t("saves", { sum: sum(load.saving) }));
  if (load.share != null) {
    words.push(say.t("share", { share: say.percent(load.share) }));
  }
  return words;
}

/** Return the next moment at which the card says something else. */
function nextMoment(snap, now) {
  const edges = [pricesOf(snap), ...loadsOf(snap).map((load) => load.runs)].flat()
    .flatMap(([start, end]) => [start, end]).filter((at) => at > now);
  return Math.min((Math.floor(now / MINUTE) + 1) * MINUTE, ...edges);
}

// --- Nodes ---------------------------------------------------------------------------

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);
const SVG = "http://www.w3.org/2000/svg";
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** Replace what is in a host, but leave it alone when it would look the same. */
function show(host, ...nodes) {
  const wanted = nodes.flat().filter(Boolean);
  const same = wanted.length === host.childNodes.length
    && wanted.every((node, at) => node.isEqualNode(host.childNodes[at]));
  if (!same) host.replaceChildren(...wanted);
}

// --- The chart -----------------------------------------------------------------------

const LETTER = 6.3; // a mean letter of the chart's 11 px, where nothing can be measured
const TOP = 20;
const LANE = 32;

/** Return three to six round ticks that cover a span with zero. */
function ticksOf(low, high) {
  const [bottom, top] = low < high ? [low, high] : [0, 1];
  const rough = (top - bottom) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.floor(bottom / step + 1e-9);
  const last = Math.ceil(top / step - 1e-9);
  // Multiples of a tenth are not exact; what is said should be.
  return Array.from({ length: last - first + 1 },
    (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Return where everything of a chart lies. */
function geometryOf(snap, range, width, say) {
  const values = pricesOf(snap).map((slot) => slot[2]);
  const ends = [Math.min(0, ...values), Math.max(0, ...values)];
  const ticks = snap.price ? ticksOf(...ends) : [];
  const decimalsOf = (tick) => String(tick).split(".")[1]?.length ?? 0;
  const decimals = Math.max(0, ...ticks.map(decimalsOf));
  const labels = ticks.map((tick) => say.number(tick, {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  }));
  const left = 10 + Math.max(0, ...labels.map((label) => label.length)) * LETTER;
  const plot = { left, right: width - 8, top: TOP, height: snap.price ? 150 : 56 };
  plot.width = Math.max(1, plot.right - left);
  plot.bottom = plot.top + plot.height;
  const banded = capsOf(snap).length || greenOf(snap).length;
  const room = banded && snap.price ? 16 : 0; // for what is written on the bands
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const rows = plot.bottom + 22;
  return {
    ...plot, range, width, ticks, labels, rows,
    height: rows + loadsOf(snap).length * LANE + 2,
    x: (at) => {
      const share = (at - range[0]) / (range[1] - range[0]);
      return left + plot.width * Math.max(0, Math.min(1, share));
    },
    y: (value) =>
      plot.bottom - ((value - low) / (high - low)) * (plot.height - room),
    at: (x) => range[0] + ((x - left) / plot.width) * (range[1] - range[0]),
  };
}

const clip = (text, width) => {
  const letters = Math.max(1, Math.floor(width / LETTER));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
};

/** Break a text into lines of at most so many letters. */
function wrap(text, letters) {
  return text.split(" ").reduce((lines, word) => {
    const line = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && line.length > letters) return [...lines, word];
    return [...lines.slice(0, -1), line];
  }, []);
}

/** Return the hours that have room for a label; a repeated hour is labelled twice. */
function hourMarks(geo, say) {
  const perHour = geo.x(geo.range[0] + HOUR) - geo.left;
  const room = Math.max(...[0, 10].map((at) =>
    say.hour(geo.range[0] + at * HOUR).length)) * LETTER + 8;
  const step = [1, 2, 3, 4, 6, 12].find((hours) => hours * perHour >= room) ?? 24;
  const marks = [];
  for (let at = geo.range[0]; at < geo.range[1]; at += HOUR) {
    const wanted = say.localHour(at) % step === 0
      || (say.repeats(at) && perHour >= room - 4);
    const free = !marks.length || geo.x(at) - geo.x(marks.at(-1)) >= room - 4;
    if (wanted && free && say.onTheHour(at)) marks.push(at);
  }
  return marks;
}

function drawAxes(geo, snap, now, say) {
  const line = (name, x1, y1, x2, y2) => svg("line", { class: name, x1, y1, x2, y2 });
  const text = (name, x, y, words) => svg("text", { class: name, x, y }, words);
  const marks = hourMarks(geo, say);
  const days = snap.days.filter((day) => overlaps(day, ...geo.range));
  const dayLabel = (day) => {
    const name = dayName(snap.days, day, now, say);
    const long = `${name}, ${say.date(day[0])}`;
    const room = geo.x(day[1]) - geo.x(day[0]) - 90;
    const fits = name !== say.date(day[0]) && long.length * LETTER < room;
    return text("day", (geo.x(day[0]) + geo.x(day[1])) / 2, 12, fits ? long : name);
  };
  return svg("g", { class: "axes", "aria-hidden": "true" },
    snap.price && text("unit", 0, 12, clip(snap.price.unit, geo.width / 4)),
    geo.ticks.map((tick, at) => [
      line(tick === 0 ? "zero" : "grid", geo.left, geo.y(tick), geo.right, geo.y(tick)),
      text("tick", geo.left - 6, geo.y(tick) + 4, geo.labels[at]),
    ]).flat(),
    !snap.price && line("zero", geo.left, geo.bottom, geo.right, geo.bottom),
    marks.map((at) => [
      line("mark", geo.x(at), geo.bottom, geo.x(at), geo.bottom + 4),
      text("hour", geo.x(at), geo.bottom + 16, say.hour(at)),
    ]).flat(),
    days.map(dayLabel),
    days.slice(1).map((day) =>
      line("midnight", geo.x(day[0]), 2, geo.x(day[0]), geo.height)));
}

/** Draw green windows or caps: a tint of the whole height with an edge on top. */
function drawBands(geo, bands, name, inset, dataOf) {
  const seen = bands.filter((band) => overlaps(band, ...geo.range));
  return svg("g", { class: `${name}s` }, seen.map((band) => {
    const [x, end] = [geo.x(band[0]), geo.x(band[1])];
    const box = { x, width: Math.max(1, end - x), y: geo.top + inset };
    return [
      svg("rect", {
        class: name, ...box, height: geo.bottom - box.y,
        "data-start": iso(band[0]), "data-end": iso(band[1]), ...dataOf(band),
      }),
      svg("rect", { class: `${name}-edge`, ...box, height: 3 }),
    ];
  }).flat());
}

/** Write shares and powers above the bars, as far as they leave each other room. */
function drawBandLabels(geo, snap, say) {
  const shares = greenOf(snap).filter((window) => window[2] != null)
    .map((window) => [window, say.percent(window[2])]);
  const powers = capsOf(snap).map((slot) => [slot, say.power(slot[2])]);
  const taken = [];
  // Caps come first: they bind, a green window only invites.
  return svg("g", { "aria-hidden": "true" }, [...powers, ...shares]
    .filter(([band]) => overlaps(band, ...geo.range))
    .map(([[start, end], label]) => {
      const half = (label.length * LETTER) / 2;
      const middle = (geo.x(start) + geo.x(end)) / 2;
      const x = Math.max(geo.left + half, Math.min(geo.right - half, middle));
      const span = [x - half - 2, x + half + 2];
      if (taken.some((other) => overlaps(other, ...span))) return null;
      taken.push(span);
      return svg("text", { class: "band", x, y: geo.top + 18 }, label);
    }));
}

function drawBars(geo, snap) {
  const seen = pricesOf(snap).filter((slot) => overlaps(slot, ...geo.range));
  return svg("g", { class: "bars" }, seen.map(([start, end, value, level]) => {
    const [x, right] = [geo.x(start), geo.x(end)];
    const gap = right - x > 3 ? 1 : 0;
    const [top, bottom] = [geo.y(Math.max(0, value)), geo.y(Math.min(0, value))];
    return svg("rect", {
      class: "bar", x, width: Math.max(0.5, right - x - gap),
      // A price of nothing is still a price, and must be seen.
      y: bottom - top < 1 ? top - 0.5 : top, height: Math.max(1, bottom - top),
      "data-start": iso(start), "data-end": iso(end),
      "data-value": value, "data-level": level,
    });
  }));
}

function drawLoads(geo, loads) {
  return loads.map((load, row) => {
    const lane = { y: geo.rows + row * LANE + 16, height: 10, rx: 3 };
    const runs = load.runs.filter((run) => overlaps(run, ...geo.range));
    return svg("g", { class: "load", "data-load": load.id, "data-status": load.status },
      svg("rect", { class: "lane", ...lane, x: geo.left, width: geo.right - geo.left }),
      runs.map(([start, end]) => svg("rect", {
        class: "run", ...lane,
        x: geo.x(start), width: Math.max(2, geo.x(end) - geo.x(start)),
        "data-start": iso(start), "data-end": iso(end),
      })));
  });
}

/** Say where tomorrow's bars would be that they are still to come. */
function drawPending(geo, snap, say) {
  const tomorrow = snap.days.at(-1);
  const missing = snap.price && snap.days.length > 1
    && !pricesOf(snap).some((slot) => overlaps(slot, ...tomorrow));
  if (!missing || !overlaps(tomorrow, ...geo.range)) return null;
  const [left, right] = [geo.x(tomorrow[0]), geo.x(tomorrow[1])];
  const lines = wrap(say.t("pending"), Math.floor((right - left - 12) / LETTER));
  const x = (left + right) / 2;
  const y = geo.top + geo.height / 2 - lines.length * 7 + 12;
  return svg("text", { class: "pending", y: Math.min(y, geo.top + 70) },
    lines.map((line, at) => svg("tspan", { x, dy: at ? 15 : 0 }, line)));
}

function drawChart(geo, snap, now, say) {
  return svg("svg", { width: geo.width, height: geo.height, "aria-hidden": "true" },
    drawBands(geo, greenOf(snap), "green", 0,
      ([, , share]) => ({ "data-share": share })),
    drawAxes(geo, snap, now, say),
    drawBars(geo, snap),
    drawBands(geo, capsOf(snap), "cap", 4,
      ([, , power]) => ({ "data-power": power })),
    drawBandLabels(geo, snap, say),
    drawLoads(geo, loadsOf(snap)),
    drawPending(geo, snap, say),
    svg("rect", { class: "cursor", y: geo.top, height: geo.height - geo.top }),
    svg("line", { class: "now", y1: geo.top - 4, y2: geo.height }),
    // Names come last, for the line of now to run behind them.
    loadsOf(snap).map((load, row) => svg("text", {
      class: "name", x: geo.left, y: geo.rows + row * LANE + 11,
    }, clip(load.name, geo.right - geo.left))));
}

// The colours keep their order for the colour-blind: from blue over grey to orange.
const STYLE = `
  :host {
    --very-cheap: #0072b2; --cheap: #56b4e9; --normal: #8c96a0;
    --expensive: #e69f00; --very-expensive: #d55e00;
    --green: #009e73; --cap: #b5559b;
    display: block;
  }
  ha-card {
    display: flex; flex-direction: column; gap: 8px; padding: 16px; overflow: hidden;
    box-sizing: border-box; height: 100%; color: var(--primary-text-color);
  }
  .head, .price, .legend { display: flex; flex-wrap: wrap; align-items: center; }
  .head { gap: 8px; justify-content: space-between; }
  h2 {
    margin: 0; font-size: 16px; font-weight: 500; line-height: 1.4;
    min-width: 0; overflow-wrap: anywhere;
  }
  .views { display: flex; border-radius: 8px; border: 1px solid var(--divider-color); }
  .views button {
    font: inherit; font-size: 13px; min-height: 32px; padding: 4px 10px; border: 0;
    border-radius: 7px; background: none; color: var(--secondary-text-color);
    cursor: pointer;
  }
  .views button[aria-pressed="true"] {
    background: color-mix(in srgb, var(--primary-color) 20%, transparent);
    color: var(--primary-text-color); font-weight: 500;
  }
  .price { gap: 2px 12px; }
  .current-price { font-size: 24px; font-weight: 500; }
  .current-price.none { font-size: 16px; font-weight: 400; }
  .level, .legend span { display: inline-flex; align-items: center; gap: 6px; }
  .level { font-weight: 500; vertical-align: top; }
  .dot { width: 12px; height: 12px; border-radius: 3px; background: var(--normal); }
  .next, .legend, .readout.idle { color: var(--secondary-text-color); }
  .next { flex-basis: 100%; font-size: 13px; }
  .loads {
    display: grid; gap: 4px 16px;
    grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
    margin: 0; padding: 0; list-style: none; font-size: 13px;
  }
  .loads li { min-width: 0; overflow-wrap: anywhere; }
  .loads b { font-weight: 500; }
  .loads span { color: var(--secondary-text-color); }
  .notice {
    padding: 8px 12px; border-radius: 8px; font-size: 14px; overflow-wrap: anywhere;
    background: color-mix(in srgb, var(--warning-color, #ffa600) 18%, transparent);
  }
  .chart {
    position: relative; min-width: 0; border-radius: 4px; cursor: crosshair;
    direction: ltr; /* time runs to the right in every language */
    touch-action: pan-y; -webkit-user-select: none; user-select: none;
  }
  .chart:focus-visible, .views button:focus-visible {
    outline: 2px solid var(--primary-color); outline-offset: 2px;
  }
  /* Room for the lines that are to come, for what follows not to jump. */
  .readout { min-height: 2.8em; font-size: 13px; line-height: 1.4; }
  .readout.wide { min-height: 1.4em; }
  .readout b { font-weight: 500; }
  .readout .level { gap: 4px; }
  .legend { gap: 4px 14px; font-size: 12px; }
  .dot.green {
    border-radius: 0; box-sizing: border-box; border-top: 3px solid var(--green);
    background: color-mix(in srgb, var(--green) 25%, transparent);
  }
  .dot.cap {
    border-radius: 0; box-sizing: border-box; border: 1px dashed var(--cap);
    border-top: 3px solid var(--cap);
    background: color-mix(in srgb, var(--cap) 12%, transparent);
  }
  .dot.run { background: var(--primary-color); height: 8px; }
  [hidden], .chart:empty, .price:empty, .loads:empty, .legend:empty,
  .readout:empty { display: none; }
  .unseen {
    position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  svg { display: block; overflow: visible; pointer-events: none; }
  text { font-size: 11px; fill: var(--secondary-text-color); text-anchor: middle; }
  .tick { text-anchor: end; }
  .unit, .name { text-anchor: start; }
  .day, .name { fill: var(--primary-text-color); font-weight: 500; }
  .pending { font-size: 12px; }
  .pending, .name, .band {
    paint-order: stroke; stroke: var(--card-background-color); stroke-width: 3px;
    stroke-linejoin: round;
  }
  .band { fill: var(--primary-text-color); }
  .axes line { stroke: var(--divider-color); }
  .axes .zero { stroke: var(--secondary-text-color); }
  .axes .midnight { stroke: var(--secondary-text-color); stroke-dasharray: 2 3; }
  .bar { fill: var(--normal); }
  .bar.current { stroke: var(--primary-text-color); stroke-width: 1; }
  ${LEVELS.map((level) => `
    .bar[data-level="${level}"] { fill: var(--${level.replace("_", "-")}); }
    .dot[data-level="${level}"] { background: var(--${level.replace("_", "-")}); }`)
    .join("")}
  .green, .green-edge { fill: var(--green); }
  rect.green { fill-opacity: 0.16; }
  .cap-edge { fill: var(--cap); }
  .cap {
    fill: var(--cap); fill-opacity: 0.1; stroke: var(--cap); stroke-dasharray: 3 3;
  }
  .lane { fill: var(--divider-color); fill-opacity: 0.6; }
  .run { fill: var(--primary-color); }
  [data-status="paused"] .run { fill-opacity: 0.5; stroke: var(--primary-color); }
  [data-status="impossible"] .run { fill: var(--error-color, #db4437); }
  .now { stroke: var(--primary-text-color); stroke-width: 1.5; }
  .cursor { fill: var(--primary-text-color); fill-opacity: 0; }
  .cursor.on { fill-opacity: 0.16; }
  @media (prefers-reduced-motion: no-preference) {
    .cursor { transition: fill-opacity 120ms; }
    .views button { transition: background-color 120ms; }
  }
`;

// --- The card ------------------------------------------------------------------------

const askSources = (hass) => hass.callWS({ type: `${PLATFORM}/sources` });

/** Return the sources by the name that a card's configuration has for them. */
const listsOf = ({ planners = [], prices = [], green = [], caps = [] } = {}) =>
  ({ planner: planners, price: prices, green, caps });

/** Return what a card without a choice shows. */
function firstSource(sources) {
  const lists = listsOf(sources);
  const kind = SOURCES.find((name) => lists[name].length);
  return kind && { [kind]: lists[kind][0].id };
}

const chosenIn = (config) => Object.fromEntries(
  SOURCES.filter((name) => config[name]).map((name) => [name, config[name]]));

class EnergyPortalsCard extends HTMLElement {
  _config = {};
  _days = null; // the user's choice of days; without one the width decides
  _turn = 0; // counts subscriptions, so that a late answer of an old one is dropped
  _width = 0;
  _stops = [];

  constructor() {
    super();
    const part = (name, attributes, tag = "div") => {
      this[`_${name}`] = h(tag, { class: name, ...attributes });
      return this[`_${name}`];
    };
    const root = this.attachShadow({ mode: "open" });
    root.append(
      h("style", {}, STYLE),
      h("ha-card", {},
        part("head"), part("notices"), part("price"), part("loads", {}, "ul"),
        part("chart", {
          tabindex: 0, role: "application", "aria-describedby": "keys",
          onpointermove: (event) => this._point(event),
          onpointerdown: (event) => this._point(event),
          // A finger that is lifted leaves; what it chose should stay to be read.
          onpointerleave: ({ pointerType }) =>
            pointerType === "mouse" && this._moveTo(null),
          onkeydown: (event) => this._press(event),
          onfocus: () => this._chart.matches(":focus-visible")
            && this._moveToTime(Date.now()),
          onblur: () => this._moveTo(null),
        }),
        part("readout", { "aria-live": "polite" }),
        part("legend"),
        h("p", { id: "keys", class: "unseen" }),
        part("table", { class: "table unseen" })));
    this._resized = new ResizeObserver(() => this._measure());
    this._turned = () => this._tick();
  }

  static getConfigElement() {
    return document.createElement(EDITOR);
  }

  static async getStubConfig(hass) {
    // The picker offers the card also while the integration is not running.
    return (await askSources(hass).then(firstSource).catch(() => undefined)) ?? {};
  }

  getCardSize() {
    return 6 + Math.ceil((this._snap?.loads?.length ?? 0) / 2);
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  setConfig(config) {
    if (!config || typeof config !== "object") throw new Error("No configuration");
    const before = JSON.stringify(chosenIn(this._config));
    this._config = config;
    if (before !== JSON.stringify(chosenIn(config))) {
      this._snap = this._problem = undefined;
      if (this.isConnected && this._hass) this._subscribe();
    }
    this._render();
  }

  set hass(hass) {
    const old = this._hass;
    this._hass = hass;
    // What was asked while Home Assistant was starting may have found nobody to answer.
    const started = old && old.config?.state !== "RUNNING"
      && hass.config?.state === "RUNNING";
    if (old?.connection !== hass.connection || started) {
      if (this.isConnected) this._subscribe();
    }
    if (old?.locale !== hass.locale || old?.language !== hass.language) {
      this._say = undefined;
      this._render();
    }
  }

  connectedCallback() {
    document.addEventListener("visibilitychange", this._turned);
    this._resized.observe(this._chart.parentElement);
    if (this._hass) this._subscribe();
    this._measure();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this._turned);
    this._resized.disconnect();
    this._unsubscribe();
    clearTimeout(this._timer);
  }

  // -- Data

  _unsubscribe() {
    this._turn += 1;
    clearTimeout(this._again);
    this._off?.();
    this._off = undefined;
  }

  async _subscribe() {
    this._unsubscribe();
    const turn = this._turn;
    const isMine = () => turn === this._turn;
    try {
      let chosen = chosenIn(this._config);
      if (!Object.keys(chosen).length) {
        chosen = firstSource(await askSources(this._hass));
      }
      if (!isMine()) return;
      if (!chosen) throw { code: "empty" };
      const end = await this._hass.connection.subscribeMessage(
        (snap) => isMine() && this._take(snap),
        { type: `${PLATFORM}/subscribe`, ...chosen },
        { resubscribe: true });
      // The connection may be gone by then, and the subscription with it.
      const off = () => Promise.resolve(end()).catch(() => {});
      if (isMine()) this._off = off;
      else off();
    } catch (error) {
      if (!isMine()) return;
      this._problem = error ?? {};
      this._again = setTimeout(() => this._subscribe(), RETRY);
      this._render();
    }
  }

  _take(snap) {
    if (snap.zone !== this._snap?.zone) this._say = undefined;
    this._snap = snap;
    this._problem = undefined;
    this._render();
  }

  // -- Drawing

  get _view() {
    return this._days ?? (this._width < NARROW ? "today" : "both");
  }

  _measure() {
    const card = this._chart.parentElement;
    const width = Math.floor(card.clientWidth) - 32; // its padding
    if (width <= 0 || width === this._width) return;
    this._width = width;
    this._render();
  }

  _render() {
    if (!this._hass) return;
    this._say ??= speech(this._hass, this._snap?.zone ?? this._hass.config?.time_zone);
    const { _say: say, _snap: snap } = this;
    const now = Date.now();
    this._today = snap && dayAt(snap.days, now);
    show(this._head, this._drawHead(now));
    show(this._notices, this._drawNotice());
    this._notices.hidden = !this._notices.childNodes.length;
    this.shadowRoot.getElementById("keys").textContent = say.t("keys");
    this._chart.setAttribute("aria-label", this._title());
    this._chart.setAttribute("aria-roledescription", say.t("chart"));
    this._readout.classList.toggle("wide", this._width >= 600);
    if (this._width && tellsAnything(snap)) {
      const range = rangeOf(snap.days, this._view);
      this._scale = scaleOf(snap);
      this._stops = stopsOf(snap, range);
      this._geo = geometryOf(snap, range, this._width, say);
      show(this._chart, drawChart(this._geo, snap, now, say));
      show(this._table, this._drawTable());
      show(this._legend, this._drawLegend());
    } else {
      this._geo = undefined;
      this._stops = [];
      [this._chart, this._table, this._legend, this._price, this._loads]
        .forEach((part) => show(part));
    }
    const kept = this._cursor?.start;
    this._cursor = this._stops.find((stop) => stop.start === kept) ?? null;
    this._renderCursor();
    this._tick();
  }

  /** Move what depends on the time alone, and wait for when it changes next. */
  _tick() {
    clearTimeout(this._timer);
    if (!this.isConnected || document.hidden || !this._snap || !this._geo) return;
    const now = Date.now();
    const { _geo: geo, _snap: snap } = this;
    if (this._today !== dayAt(snap.days, now)) {
      this._render(); // what was tomorrow is called today from here on
      return;
    }
    show(this._price, this._drawPrice(now));
    show(this._loads, this._drawLoads(now));
    const line = this._chart.querySelector(".now");
    fill(line, { x1: geo.x(now), x2: geo.x(now), "data-at": iso(now) }, []);
    line.style.display = holds(geo.range, now) ? "" : "none";
    for (const bar of this._chart.querySelectorAll(".bar")) {
      const span = [bar.dataset.start, bar.dataset.end].map(Date.parse);
      bar.classList.toggle("current", holds(span, now));
    }
    // Timers may fire a little early, and would then find the old minute once more.
    this._timer = setTimeout(() => this._tick(), nextMoment(snap, now) - now + 20);
  }

  _title() {
    const { price, green, caps } = this._snap ?? {};
    return this._config.title || (price ?? green ?? caps)?.name || this._say.t("card");
  }

  _drawHead(now) {
    const { _say: say, _snap: snap } = this;
    const label = (view) => {
      const day = { today: snap.days[0], tomorrow: snap.days.at(-1) }[view];
      return day ? dayName(snap.days, day, now, say) : say.t(view);
    };
    const button = (view) => h("button", {
      type: "button", "aria-pressed": String(view === this._view), "data-view": view,
      onclick: () => this._choose(view),
    }, label(view));
    const views = tellsAnything(snap)
      && h("div", { class: "views", role: "group", "aria-label": say.t("shown") },
        VIEWS.map(button));
    return [h("h2", {}, this._title()), views];
  }

  _drawNotice() {
    const { _say: say, _snap: snap, _problem: problem } = this;
    const lost = [snap?.price, snap?.green, snap?.caps]
      .filter((source) => source?.available === false).map((source) => source.name);
    const lines = lost.length
      ? [say.t("unreachable", { name: say.list([...new Set(lost)]) })] : [];
    if (problem) {
      const known = ["not_found", "unknown_command", "empty"].includes(problem.code);
      const why = problem.message ?? problem.code ?? String(problem);
      lines.push(say.t(known ? problem.code : "failed", { why }));
    } else if (!snap) {
      return h("div", { class: "next" }, say.t("loading"));
    } else if (!tellsAnything(snap)) {
      lines.push(say.t("empty"));
    }
    const paragraphs = lines.map((line) => h("div", {}, line));
    return lines.length && h("div", { class: "notice", role: "status" }, paragraphs);
  }

  _drawPrice(now) {
    const { _say: say, _snap: snap, _scale: scale } = this;
    if (!snap.price) return [];
    const slots = pricesOf(snap);
    const [, , value, level] = slotAt(slots, now) ?? [];
    const next = nextChange(slots, now);
    const what = next && [
      whenOf(snap.days, next[0], now, say), next[3] && say.t(next[3]),
      say.price(next[2], scale),
    ].filter(Boolean).join(", ");
    return [
      value == null
        ? h("span", { class: "current-price none" }, say.t("no_price_now"))
        : h("span", { class: "current-price", "data-value": value },
          say.price(value, scale)),
      level && levelMark(level, say.t(level)),
      what && h("span", { class: "next" }, say.t("next", { what })),
    ];
  }

  _drawLoads(now) {
    const { _say: say, _snap: snap } = this;
    return loadsOf(snap).map((load) => h("li", {},
      h("b", {}, load.name), " ",
      h("span", {}, loadWords(load, snap.days, now, say).join(" · "))));
  }

  _drawLegend() {
    const { _say: say, _snap: snap } = this;
    const [from, to] = this._geo.range;
    const seen = (bands) => bands.some((band) => overlaps(band, from, to));
    const levels = new Set(this._stops.map((stop) => stop.level));
    const entry = (attributes, key) => h("span", {}, dot(attributes), say.t(key));
    return [
      ...LEVELS.filter((level) => levels.has(level))
        .map((level) => entry({ "data-level": level }, level)),
      seen(greenOf(snap)) && entry({ class: "dot green" }, "green"),
      seen(capsOf(snap)) && entry({ class: "dot cap" }, "cap"),
      loadsOf(snap).length > 0 && entry({ class: "dot run" }, "load"),
    ];
  }

  _drawTable() {
    const { _say: say, _snap: snap, _scale: scale } = this;
    const columns = ["time", "price", "level", "green", "cap", "loads"];
    return h("table", {},
      h("caption", {}, this._title()),
      h("thead", {}, h("tr", {},
        columns.map((key) => h("th", { scope: "col" }, say.t(key))))),
      h("tbody", {}, this._stops.map((stop) => {
        const facts = factsOf(stop, snap, scale, say);
        return h("tr", {}, columns.map((key, at) =>
          (at ? h("td", {}, facts[key]) : h("th", { scope: "row" }, facts[key]))));
      })));
  }

  // -- Read-out

  _renderCursor() {
    const { _say: say, _cursor: stop } = this;
    const bar = this._chart.querySelector(".cursor");
    bar?.classList.toggle("on", Boolean(stop));
    this._readout.classList.toggle("idle", !stop);
    if (!stop || !bar) {
      show(this._readout, this._geo ? document.createTextNode(say.t("hint")) : []);
      return;
    }
    const [x, end] = [this._geo.x(stop.start), this._geo.x(stop.end)];
    fill(bar, { x, width: Math.max(2, end - x) }, []);
    const facts = factsOf(stop, this._snap, this._scale, say);
    const parts = [
      h("b", {}, facts.time), facts.price && h("b", {}, facts.price),
      facts.level && levelMark(stop.level, facts.level),
      facts.green, facts.cap, facts.loads,
    ].filter(Boolean);
    show(this._readout,
      h("div", {}, parts.flatMap((part, at) => (at ? [" · ", part] : [part]))));
  }

  _moveTo(stop) {
    if (!this._say || stop === this._cursor) return;
    this._cursor = stop;
    this._renderCursor();
  }

  _moveToTime(at) {
    const distance = (stop) => Math.max(stop.start - at, at - stop.end + 1, 0);
    this._moveTo(this._stops.reduce((best, stop) =>
      (!best || distance(stop) < distance(best) ? stop : best), null));
  }

  _moveToNow() {
    const now = Date.now();
    const shows = (view) => holds(rangeOf(this._snap.days, view), now);
    const view = [this._view, ...VIEWS].find(shows);
    if (view && view !== this._view) this._choose(view);
    this._moveToTime(now);
  }

  _point(event) {
    const left = this._chart.getBoundingClientRect().left;
    if (this._geo) this._moveToTime(this._geo.at(event.clientX - left));
  }

  _press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this._stops.length) return;
    const at = this._stops.indexOf(this._cursor);
    const last = this._stops.length - 1;
    const moves = {
      ArrowLeft: () => this._moveTo(this._stops[Math.max(0, at < 0 ? last : at - 1)]),
      ArrowRight: () => this._moveTo(this._stops[Math.min(last, at + 1)]),
      Home: () => this._moveTo(this._stops[0]),
      End: () => this._moveTo(this._stops[last]),
      n: () => this._moveToNow(),
      Escape: () => this._moveTo(null),
    };
    const move = moves[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (!move) return;
    event.preventDefault();
    move();
  }

  _choose(view) {
    this._days = view;
    this._render();
    // The pressed button was drawn anew; the focus should stay on it.
    if (!this.shadowRoot.activeElement) {
      this._head.querySelector(`[data-view="${view}"]`)?.focus();
    }
  }
}

const dot = (attributes) =>
  h("i", { class: "dot", "aria-hidden": "true", ...attributes });
const levelMark = (level, word) =>
  h("span", { class: "level" }, dot({ "data-level": level }), word);

// --- The editor ----------------------------------------------------------------------

class EnergyPortalsCardEditor extends HTMLElement {
  _config = {};

  setConfig(config) {
    this._config = config;
    this._render();
  }

  set hass(hass) {
    const first = !this._hass;
    this._hass = hass;
    if (first) {
      askSources(hass).catch(() => undefined).then((sources) => {
        this._sources = sources;
        this._render();
      });
    }
    this._render();
  }

  _schema() {
    const lists = listsOf(this._sources);
    const options = (name) => {
      const known = lists[name].map((source) => ({
        value: source.id,
        label: [source.name, source.account].filter(Boolean).join(", "),
      }));
      const value = this._config[name];
      // A source that is gone must still be seen, to be taken out.
      const gone = value && !known.some((option) => option.value === value);
      return gone ? [...known, { value, label: value }] : known;
    };
    return [
      { name: "title", selector: { text: {} } },
      ...SOURCES.map((name) => ({
        name, selector: { select: { mode: "dropdown", options: options(name) } },
      })),
    ];
  }

  _render() {
    if (!this._hass) return;
    const t = wordsIn(languageOf(this._hass));
    if (!this._form) {
      this._form = h("ha-form", { "onvalue-changed": (event) => this._changed(event) });
      this.append(this._form);
    }
    Object.assign(this._form, {
      hass: this._hass,
      data: this._config,
      schema: this._schema(),
      computeLabel: ({ name }) => t(name),
      computeHelper: ({ name }) => (name === "planner" ? t("editor_help") : undefined),
    });
  }

  _changed(event) {
    event.stopPropagation();
    const kept = Object.entries({ ...this._config, ...event.detail.value })
      .filter(([, value]) => value != null && value !== "");
    this._config = Object.fromEntries(kept);
    this.dispatchEvent(new CustomEvent("config-changed", {
      detail: { config: this._config }, bubbles: true, composed: true,
    }));
  }
}

// --- The dashboard -------------------------------------------------------------------

/** Return the entities of the integration that a user is meant to see. */
const shownEntities = (hass) => Object.entries(hass.entities)
  .filter(([id, entry]) => entry.platform === PLATFORM && !entry.hidden
    && !entry.entity_category && hass.states[id])
  .map(([id, entry]) => ({ id, device: entry.device_id, key: entry.translation_key }));

const heading = (text, icon) => ({ type: "heading", heading: text, icon });
const tile = (entity, options) => ({ type: "tile", entity, ...options });
const section = (cards, options) => ({ type: "grid", cards, ...options });
const WIDE = { grid_options: { columns: "full" } };
const cardOf = (chosen) => ({ type: `custom:${CARD}`, ...chosen, ...WIDE });

const sectionsView = (sections) => ({ type: "sections", max_columns: 3, sections });

/** Return the tiles of a device's entities, called without the device's name. */
const tilesOf = (device, entities) => entities.filter((e) => e.device === device)
  .map((e) => tile(e.id, {
    name: { type: "entity" },
    // A button's state is when it was last pressed, which is no state to look at.
    ...(e.id.startsWith("button.") && { hide_state: true }),
  }));

// What of a load is looked at daily; the rest is on its own page.
const LOAD_KEYS = [
  "run_now", "next_run_start", "next_run_end", "takes_part",
  "expected_cost", "expected_saving", "start_by_hand", "done_for_today",
];

const GROUPS = [
  ["power", "mdi:flash", ["power"]],
  ["renewable", "mdi:leaf", ["renewable_share", "green_window", "green_windows"]],
  ["price", "mdi:cash", ["price", "price_level"]],
  ["caps", "mdi:speedometer", ["power_cap", "power_capped", "flexibility"]],
];

/** Return cards for the sources that no planner uses, those of an account together. */
function unplanned(sources) {
  const { planner: planners, ...lists } = listsOf(sources);
  const rest = Object.entries(lists)
    .flatMap(([kind, list]) => list.map((source) => ({ kind, source })))
    .filter(({ kind, source }) => !planners.some((p) => p[kind] === source.id));
  const cards = [];
  for (const { kind, source } of rest) {
    const mate = cards.find((card) =>
      card.account === source.account && !(kind in card.chosen));
    if (mate) mate.chosen[kind] = source.id;
    else {
      const { name, account, id } = source;
      cards.push({ name, account, chosen: { [kind]: id } });
    }
  }
  return cards;
}

function energyView(hass, sources, t) {
  const entities = shownEntities(hass);
  const loadTiles = ({ name, device_id: device }) => {
    const rank = ({ key }) => LOAD_KEYS.indexOf(key);
    const daily = entities.filter((e) => LOAD_KEYS.includes(e.key));
    const tiles = tilesOf(device, daily.sort((a, b) => rank(a) - rank(b)));
    return tiles.length
      ? [{ ...heading(name), heading_style: "subtitle" }, ...tiles] : [];
  };
  const planned = sources.planners.map(({ id, name, loads }) => section(
    [heading(name, "mdi:calendar-clock"), cardOf({ planner: id }),
      ...loads.flatMap(loadTiles)], { column_span: 2 }));
  const others = unplanned(sources).map(({ name, chosen }) =>
    section([heading(name, "mdi:chart-bar"), cardOf(chosen)], { column_span: 2 }));
  const groups = GROUPS.map(([key, icon, keys]) => {
    const tiles = entities.filter((e) => keys.includes(e.key))
      .map((e) => tile(e.id, WIDE));
    return tiles.length ? [heading(t(key), icon), ...tiles] : [];
  }).filter((cards) => cards.length);
  const charts = [...planned, ...others];
  // Charts take two columns; all that is small stands in the third beside them.
  const beside = charts.length && groups.length ? [groups.flat()] : groups;
  const sections = [...charts, ...beside.map((cards) => section(cards))];
  return { ...sectionsView(sections), dense_section_placement: true };
}

function accountView(hass, account) {
  const entities = shownEntities(hass);
  const sections = account.devices.map((id) => {
    const device = hass.devices[id];
    const tiles = tilesOf(id, entities);
    const name = device?.name_by_user || device?.name || account.name;
    return tiles.length && section([heading(name), ...tiles]);
  });
  return sectionsView(sections.filter(Boolean));
}

const emptyView = (t) =>
  sectionsView([section([{ type: "markdown", content: t("set_up"), ...WIDE }])]);

/** Return the sources; none, when the integration is not running. */
const sourcesOrNone = (hass) =>
  askSources(hass).catch(() => ({ planners: [], accounts: [] }));

class ViewStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static async generate(config, hass) {
    const sources = await sourcesOrNone(hass);
    const t = wordsIn(languageOf(hass));
    const account = sources.accounts.find(({ id }) => id === config?.account);
    if (account) return accountView(hass, account);
    const view = energyView(hass, sources, t);
    if (view.sections.length) return view;
    // An account without energy, such as an installer's, should not begin with a void.
    const sections = sources.accounts.flatMap((a) => accountView(hass, a).sections);
    return sections.length ? { ...view, sections } : emptyView(t);
  }
}

class DashboardStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static async generate(config, hass) {
    const { accounts } = await sourcesOrNone(hass);
    const t = wordsIn(languageOf(hass));
    const strategy = (options) => ({ type: `custom:${STRATEGY}`, ...options });
    return {
      title: config?.title ?? t("energy"),
      views: [
        { title: t("energy"), path: "energy", icon: "mdi:lightning-bolt",
          strategy: strategy() },
        ...accounts.filter((account) => accountView(hass, account).sections.length)
          .map(({ id, name }) => ({
            title: name, path: id, subview: false, strategy: strategy({ account: id }),
          })),
      ],
    };
  }
}

// A page may load the module twice, as a resource and with the integration.
if (!customElements.get(CARD)) {
  const t = wordsIn(document.documentElement.lang || navigator.language);
  customElements.define(EDITOR, EnergyPortalsCardEditor);
  customElements.define(CARD, EnergyPortalsCard);
  const strategies = { dashboard: DashboardStrategy, view: ViewStrategy };
  for (const [kind, strategy] of Object.entries(strategies)) {
    customElements.define(`ll-strategy-${kind}-${STRATEGY}`, strategy);
  }
  (window.customCards ??= []).push({
    type: CARD, name: "Energy Portals", description: t("card_help"), preview: true,
  });
  (window.customStrategies ??= []).push({
    type: STRATEGY, strategyType: "dashboard", name: "Energy Portals",
    description: t("dashboard_help"),
  });
}
