// The form by which the card is set up; Home Assistant draws it.

const here = new URL(import.meta.url);
const { plain, sourcesOf, wordsOf } = await import(new URL(`page.js${here.search}`, here).href);

const PARTS = ["sentence", "curve", "strips", "home", "lanes", "facts", "runs"];

export async function form() {
  const { hass } = document.querySelector("home-assistant");
  const nothing = { planners: [], prices: [] };
  const [sources, t] = await Promise.all([sourcesOf(hass).catch(() => nothing), wordsOf(hass)]);
  const list = (all) => ({ select: { mode: "dropdown", options: all.map((each) => ({
    value: each.id, label: [...new Set([plain(each.name), plain(each.account)])].filter(Boolean).join(", "),
  })) } });
  const parts = PARTS.map((value) => ({ value, label: t(`part_${value}`) }));
  return {
    schema: [
      { name: "title", selector: { text: {} } },
      { name: "price", selector: list(sources.prices) },
      { name: "planner", selector: list(sources.planners) },
      { name: "show", selector: { select: { multiple: true, mode: "list", options: parts } } },
      { name: "hours", selector: { number: { min: 12, max: 48, step: 1, mode: "slider" } } },
    ],
    computeLabel: ({ name }) => t(`edit_${name}`),
    computeHelper: ({ name }) => (name === "planner" ? t("edit_help") : undefined),
  };
}
