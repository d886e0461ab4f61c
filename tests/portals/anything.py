"""Values a body may hold in any place."""

from hypothesis import strategies as st

NUMBERS: st.SearchStrategy[object] = st.one_of(
    st.integers(-(10**20), 10**20),
    st.sampled_from([0, -1, 23, 24, 1768435200, 1768435200000, 10**400, -(10**400)]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([-0.0, 5e-324, 1.7e308, 1e11, 1e14]),
)
TEXTS: st.SearchStrategy[str] = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            *("NaN", "-inf", "Infinity", "1e999", "-1", "-0.5", "12.5", " 7 ", "1_0"),
            *("1768435200", "1" * 400, "٣", "²", "100", "101"),
            *("2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-10-25", "2026-10"),
            *("2026-01-15T10:00:00+01:00", "0001-01-01T00:00:00", "0001-01-01"),
            *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T24:00"),
            *("2026-13", "2026-W03", "10:00", "F1", "kWh", "fridge", ""),
        ]
    ),
)
KEYS: st.SearchStrategy[str] = st.one_of(
    TEXTS,
    st.sampled_from(
        [
            *("data", "status", "timestamp", "date", "value", "total", "consumption"),
            *("appliances", "appliance", "name", "months", "month", "windows", "to"),
            *("start", "stop", "percentage", "Total", "TOTAL", "to-tal", "kwh", "F1"),
        ]
    ),
)
SCALARS: st.SearchStrategy[object] = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
ANYTHING: st.SearchStrategy[object] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=6,
)
