// The page of an account: what it has, in cards of Home Assistant's own.

const { card, entitiesOf, grid, heading, plain, sections, tile, wordsOf } =
  await import(`./page.js${new URL(import.meta.url).search}`);

const nameOf = (hass, id) => plain(hass.devices[id]?.name_by_user || hass.devices[id]?.name);
const asBadge = (entity) => ({
  type: "entity", entity: entity.id, show_state: true, show_icon: true,
});

const SIX = [
  ["cost_this_month", "expenses_this_month"], ["consumption_this_month", "energy_this_month"],
  ["feed_in_this_month"], ["next_installment", "installment", "unpaid_invoices"],
  ["customer_balance", "contract_balance", "billing_account_balance"],
  ["last_reading", "last_reading_high_tariff", "reading"],
];
const BILLS = ["newest_document", "unread_notifications", "unread_messages",
  "next_installment_due", "next_due_date", "invoice_overdue"];
const FLEX = ["power_cap", "next_power_cap", "cap_to_answer", "earned"];
const OTHERS = ["projects", "in_progress", "leads", "open_value", "installations_this_week",
  "next_installation", "solar_power_expected", "solar_energy_today", "solar_energy_left",
  "solar_energy_tomorrow", "renewable_share", "comparison_position_this_month",
  "saving_last_30_days"];
const MOST = 24;
// What a portal is asked of which of its devices, known by an entity that no other portal has.
const ASKED = [
  ["comparison_position_this_month", ["by_appliance", "profile", "trend"]],
  ["last_reading", ["readings", "by_calendar_month", "by_billing_period"]],
  ["unread_notifications", ["links"]],
];

/** Return the cards of the devices of which an account's portal can be asked more. */
function answerCards({ devices }, entities) {
  return ASKED.flatMap(([key, tables]) => {
    const having = entities.filter((e) => e.key?.startsWith(key) && devices.includes(e.device));
    return [...new Set(having.map((e) => e.device))].slice(0, 3).map((device) => (
      { type: "custom:energy-portals-answers", device, tables, grid_options: { columns: 12 } }));
  });
}

/** Return a page of an account: what it has, in the order in which people ask. */
export async function accountView(hass, account, sources) {
  const t = await wordsOf(hass, "later");
  const all = entitiesOf(hass).filter((e) => account.devices.includes(e.device));
  const shown = all.filter((e) => e.isKnown && !e.category);
  const of = (keys, device) => shown.find((e) =>
    keys.includes(e.key) && (!device || e.device === device));
  const used = new Set();
  const tiles = (entities) => entities
    .filter((e) => e && !used.has(e.id) && used.add(e.id))
    .map((e) => tile(e, e.key === "last_reading" ? t("reading") : { type: "entity" }, { grid_options: { columns: 6, rows: 1 } }));
  const found = [];
  const meters = [...new Set(account.statistics.map((each) => each.device_id))];
  for (const device of meters.slice(0, 3)) {
    const own = account.statistics.filter((each) => each.device_id === device);
    const series = own.find((each) => each.series === "cost")
      ?? own.find((each) => each.series === "consumption");
    if (!series) continue;
    const isGas = own.some((each) => each.unit === "m³");
    const priced = shown.find((e) => e.key === "price" && hass.devices[e.device]
      && (e.device === device || e.unit?.split("/")[0] === series.unit)
      && (sources.prices.find((p) => p.device_id === e.device)?.flat ?? false) === isGas);
    const power = of(["power"], device);
    const statistic = (name, offset) => ({
      type: "statistic", entity: series.statistic_id, name, stat_type: "change",
      period: { calendar: { period: "month", offset } },
      grid_options: { columns: 6 },
    });
    const title = [t(isGas ? "gas" : "electricity"), nameOf(hass, device)].filter(Boolean);
    // What the figures above say is not said twice.
    const six = tiles(SIX.slice(isGas ? 0 : 1).map((keys) => of(keys, device) ?? (isGas ? undefined : of(keys))));
    found.push(grid([
      heading(title.join(" · "), isGas ? "mdi:fire" : "mdi:lightning-bolt",
        [priced, power].filter(Boolean).map(asBadge)),
      { type: "statistics-graph", entities: [{ entity: series.statistic_id, name: t(series.series) }],
        title: t(series.series === "cost" ? "cost_by_day" : "use_by_day"), period: "day",
        days_to_show: 30, chart_type: "bar", stat_types: ["change"], hide_legend: true,
        grid_options: { columns: 12 } },
      ...(isGas ? [] : [statistic(t("this_month"), 0), statistic(t("last_month"), -1)]),
      ...six.slice(0, isGas ? 3 : 5)]));
  }
  const power = of(["power"]);
  if (power) {
    found.push(grid([heading(t("power"), "mdi:flash"),
      tile(power, { type: "entity" }, { features: [{ type: "trend-graph", hours_to_show: 3 }],
        grid_options: { columns: 12 } })]));
  }
  const planner = sources.planners.find((each) => each.id === account.id);
  if (planner) {
    const loads = planner.loads.map((load) =>
      all.find((e) => e.device === load.device_id && e.key === "load_status")).filter(Boolean);
    found.push(grid([heading(t("loads"), "mdi:calendar-clock"),
      card({ planner: planner.id, show: ["home", "lanes", "runs"] }),
      ...loads.slice(0, 10).map((e) => tile(e, { type: "device" }, {
        features: [{ type: "custom:energy-portals-run" }], grid_options: { columns: 6 } }))],
    { column_span: 2 }));
  }
  const calendar = shown.find((e) => e.id.startsWith("calendar."));
  const bills = tiles(BILLS.map((key) => of([key])));
  if (calendar && !planner) {
    bills.unshift({ type: "calendar", entities: [calendar.id], initial_view: "listWeek",
      grid_options: { columns: 12 } });
  }
  if (bills.length) found.push(grid([heading(t("bills"), "mdi:calendar"), ...bills]));
  const list = all.find((e) => e.id.startsWith("todo."));
  if (list) {
    found.push(grid([heading(t("to_do"), "mdi:format-list-checks"),
      { type: "todo-list", entity: list.id, grid_options: { columns: 12 } }]));
  }
  const caps = sources.caps.filter((each) => account.devices.includes(each.device_id));
  const flexible = tiles(FLEX.map((key) => of([key])));
  if (caps.length || flexible.length) {
    found.push(grid([heading(t("flexibility"), "mdi:transmission-tower"),
      ...(caps.length ? [card({ caps: caps[0].id, show: ["strips"] })] : []), ...flexible]));
  }
  const rest = tiles([...OTHERS, ...(meters.length ? [] : ["price", "price_level"])]
    .map((key) => of([key])));
  if (rest.length) found.push(grid([heading(t("facts"), "mdi:information-outline"), ...rest]));
  const asked = answerCards(account, all);
  if (asked.length) found.push(grid([heading(t("ask_more"), "mdi:table-question"), ...asked]));
  if (!found.length) return sections([]);
  const size = found.reduce((sum, each) => sum + each.cards.length, 0);
  for (let over = size + 2 - MOST; over > 0; over -= 1) {
    const longest = found.reduce((a, b) => (b.cards.length > a.cards.length ? b : a));
    longest.cards.pop();
  }
  const links = [`[${t("all_entities", { count: all.length })}](/config/entities?config_entry=${account.id})`,
    ...(meters.length ? [`[${t("energy_dashboard")}](/energy)`] : [])];
  const more = [{ type: "markdown", content: links.join(" · "), grid_options: { columns: 12 } }];
  found.push(grid([heading(t("more"), "mdi:dots-vertical"), ...more]));
  return sections(found);
}

/** Return what all accounts have on one page, where nothing has a price or can wait. */
export async function allViews(hass, sources) {
  const views = await Promise.all(sources.accounts.map((each) => accountView(hass, each, sources)));
  const all = views.flatMap((each) => each.sections);
  const t = await wordsOf(hass, "later");
  return sections(all.length ? all
    : [grid([{ type: "markdown", content: t("set_up"), grid_options: { columns: "full" } }])]);
}
