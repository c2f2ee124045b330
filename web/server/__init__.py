"""The server around the pages: what streamlit_app.py gives to `st.App`."""
