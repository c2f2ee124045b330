"""Pure functions from a table to a string of HTML, and their styles. No Streamlit."""
