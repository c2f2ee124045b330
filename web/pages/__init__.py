"""One file a page: read widgets, one call, draw. Streamlit runs them; nothing imports them."""
