"""An empty Streamlit page, with this project's settings."""

import streamlit as st

if __name__ == "empty_page":
    app = st.App(__file__)
elif __name__ == "__main__":
    st.markdown("empty")
