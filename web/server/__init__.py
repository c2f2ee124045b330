"""Routes and middleware around the pages, which streamlit_app.py passes to `st.App`."""
