"""What a first demo looks like: it loads the data and fits the forest at each rerun."""

import streamlit as st
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

iris = load_iris()
model = RandomForestClassifier(random_state=0).fit(iris.data, iris.target)
x = [
    st.slider("Sepal length (cm)", 4.0, 8.0, 5.9, 0.1),
    st.slider("Sepal width (cm)", 2.0, 4.5, 2.8, 0.1),
    st.slider("Petal length (cm)", 1.0, 7.0, 4.8, 0.1),
    st.slider("Petal width (cm)", 0.1, 2.5, 1.6, 0.1),
]
st.write(iris.target_names[model.predict([x])[0]])
