"""Baseline of the landing page: four sliders in a fragment and one line of text, nothing else."""

import streamlit as st

if __name__ == "bare_page":
    app = st.App(__file__)
elif __name__ == "__main__":

    @st.fragment
    def sliders() -> None:
        """Rerun alone when a slider moves."""
        x = [
            st.slider("Sepal length (cm)", 4.0, 8.0, 5.9, 0.1),
            st.slider("Sepal width (cm)", 2.0, 4.5, 2.8, 0.1),
            st.slider("Petal length (cm)", 1.0, 7.0, 4.8, 0.1),
            st.slider("Petal width (cm)", 0.1, 2.5, 1.6, 0.1),
        ]
        st.markdown(f"{x}")

    sliders()
