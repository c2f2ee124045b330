"""The page Data: the flowers, and files of visitors."""

import json

import pytest

from tests.app.app_page import go_to, markdown_with, open_page, texts
from web.data.csv_prediction import csv_template
from web.i18n.text import language

HEADER = "sepal_length,sepal_width,petal_length,petal_width"


@pytest.fixture
def page(registry):
    return open_page("data")


def upload(page, text: str):
    page.file_uploader[0].upload("mine.csv", text.encode(), "text/csv")
    return page.run()


def spec(page, index=0):
    return json.loads(page.get("plotly_chart")[index].proto.spec)


def test_all_flowers_are_shown_at_first(page):
    """150 flowers, with the markers that each species has everywhere."""
    assert "**150 of 150 flowers**" in texts(page)
    assert [trace["marker"]["symbol"] for trace in spec(page)["data"]] == ["circle", "diamond", "triangle-up"]


def test_the_colours_are_those_of_the_theme(page):
    """They are set in .streamlit/config.toml."""
    assert [trace["marker"]["color"] for trace in spec(page)["data"]] == ["#965800", "#4b2e9e", "#00758c"]


def test_filters_by_species_and_length_apply_together(page, iris):
    """Versicolor with petals of at least 4.5 cm."""
    page.button_group(key="data-species").set_value([1])
    page.select_slider(key="data-x-petal_length-en").set_value((4.5, 7.0)).run()
    n = sum(x[2] >= 4.5 for x in iris.X[iris.y == 1])
    assert f"**{n} of 150 flowers**" in texts(page)
    assert page.get("plotly_chart")[0].proto.alt.startswith(f"Petal length × Petal width. versicolor ({n}): 4.5 to")


def test_an_empty_selection_shows_a_sentence_and_no_chart(page):
    page.button_group(key="data-species").set_value([]).run()
    assert page.info[0].value == "No flower matches. Choose a species, or widen the ranges."
    assert not page.get("plotly_chart")


def test_other_features_can_be_chosen_for_the_axes(page):
    """The feature on the x axis is not offered for the y axis."""
    page.selectbox(key="data-x-en").set_value("petal_width").run()
    assert "Petal width" not in page.selectbox(key="data-y-en").options
    assert spec(page)["layout"]["xaxis"]["title"]["text"] == "Petal width (cm)"


def test_the_source_of_the_data_is_shown(page, iris):
    """Who measured the flowers, which copy this is, and its fingerprint."""
    assert "Edgar Anderson" in texts(page)
    assert "UCI" in texts(page)
    assert iris.fingerprint[:16] in texts(page)


def test_each_row_of_a_file_is_predicted(page):
    """Without species there is no score."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n6.5,3.0,5.6,2.0\n")
    assert page.success[0].value == "Version 2 classified 2 flowers."
    assert page.dataframe[-1].value["Prediction"].tolist() == ["setosa", "virginica"]
    assert "Correct for" not in texts(page)
    assert "Download the predictions" in [element.proto.label for element in page.get("download_button")]


def test_a_file_with_species_is_scored(page):
    """One of two is wrong on purpose: 50%, with n, interval and a confusion matrix."""
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,versicolor\n")
    assert "Correct for **1 of 2** flowers, 50% (95% confidence interval: 9% to 91%)." in texts(page)
    matrix = markdown_with(page, "Confusion matrix of your file, 2 flowers")
    assert matrix.count('class="miss s1"') == 1


def test_semicolons_decimal_commas_and_other_names_are_read(page):
    """A European spreadsheet with R's column names."""
    upload(page, "Petal.Width;Petal.Length;Sepal.Width;Sepal.Length\n0,2;1,4;3,5;5,1\n")
    assert page.dataframe[-1].value["Prediction"].tolist() == ["setosa"]


def test_invalid_rows_are_listed_by_line_beside_the_predictions(page):
    """The valid row is predicted."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n5.1,wide,1.4,0.2\n51,3.5,1.4,0.2\n")
    assert page.warning[0].value == "Rows that cannot be read: 2 of 3."
    assert page.table[0].value["Line"].tolist() == [3, 4]
    assert 'sepal_width is "wide"' in page.table[0].value["Problem"].tolist()[0]
    assert page.dataframe[-1].value["Line"].tolist() == [2]


def test_a_file_without_a_valid_row_has_no_predictions(page):
    """The invalid rows are listed, with the advice to fix them."""
    upload(page, f"{HEADER}\n5.1,wide,1.4,0.2\n")
    assert page.error[0].value.startswith("Rows that cannot be read: 1 of 1. Nothing was predicted")
    assert page.table[0].value["Line"].tolist() == [2]


def test_misclassified_lines_are_marked_and_listed(page):
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,versicolor\n5.9,2.8,4.3,1.3,\n")
    assert page.dataframe[-1].value["In your file"].tolist() == ["✓ setosa", "✗ versicolor", "–"]
    assert "Wrong in these lines: 3" in texts(page)
    assert "1 flower has no label." in texts(page)


def test_an_unknown_label_is_listed_and_not_scored(page):
    """The flower itself is predicted."""
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,tulip\n")
    assert page.warning[0].value == "1 label is not a species: this flower is not scored."
    assert page.table[0].value["Line"].tolist() == [3]
    assert "Correct for **1 of 1** flowers" in texts(page)


def test_assumptions_about_the_file_are_shown(page):
    """No header; integers as labels."""
    upload(page, "5.1,3.5,1.4,0.2,0\n5.9,2.8,4.3,1.3,1\n6.5,3.0,5.6,2.0,2\n")
    assert "There is no header" in page.info[0].value
    assert "0 = setosa, 1 = versicolor, 2 = virginica" in page.info[0].value


def test_lengths_are_shown_as_in_the_file(registry):
    """5,1 in French, and two decimals only where the file has two."""
    page = open_page("data", lang="fr")
    upload(page, f"{HEADER}\n5.1,3.55,1.4,0.2\n")
    row = page.dataframe[-1].value.iloc[0]
    assert (row["Longueur du sépale"], row["Largeur du sépale"]) == ("5,1", "3,55")


def test_invalid_rows_are_explained_in_french(registry):
    page = open_page("data", lang="fr")
    upload(page, f"{HEADER}\n51,3.5,1.4,0.2\n")
    assert page.error[0].value.startswith("Lignes illisibles\u00a0: 1 sur 1.")
    assert page.table[0].value["Problème"].tolist()[0].startswith("sepal_length vaut 51\u00a0cm, or un iris a de 2,1 à")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file has no row with a flower."),
        ("name,price\na,1\n", "There is no column sepal_length"),
        ("\x01\x02\x03", "The file is binary data, not a text table."),
        ('[{"sepal_length": 5.1}]', "The file is JSON, not a text table."),
    ],
)
def test_a_file_that_is_not_csv_is_refused_with_one_sentence(page, text, message):
    upload(page, text)
    assert page.error[0].value.startswith(message)
    assert not page.exception


def test_a_file_with_too_many_flowers_is_refused(page):
    """The limit is 5000 flowers, so that other visitors need not wait."""
    upload(page, HEADER + "\n5.1,3.5,1.4,0.2" * 5001)
    assert page.error[0].value.startswith("The file has more than 5000 flowers.")
    assert not page.success


def test_a_file_over_the_size_limit_is_refused_by_the_server(page, monkeypatch):
    """A client other than a browser can ignore the limit of the uploader."""
    monkeypatch.setenv("IRISML_LIMIT_CSV_BYTES", "2048")
    upload(page, HEADER + "\n5.1,3.5,1.4,0.2" * 200)
    assert page.error[0].value.startswith("The file has more than 2 kB.")


def test_at_most_200_invalid_rows_are_listed(page):
    """The page says that there are more."""
    upload(page, HEADER + "\na,b,c,d" * 300)
    assert page.error[0].value.startswith("The first 200 rows that cannot be read are listed; there are more.")
    assert len(page.table[0].value) == 200


def test_flowers_outside_the_training_range_are_counted(page):
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n10.0,3.5,1.4,0.2\n")
    assert page.warning[0].value == "1 flower is outside the training range: its prediction is unreliable."


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_template_can_be_uploaded_unchanged(page, code):
    """Header and two examples without a species; in French with semicolons and decimal commas."""
    template = csv_template(language(code))
    assert template.splitlines()[1] == {"en": "5.1,3.5,1.4,0.2,", "fr": "5,1;3,5;1,4;0,2;"}[code]
    upload(page, template)
    assert page.success[0].value == "Version 2 classified 2 flowers."


@pytest.mark.parametrize("code", ["en", "fr"])
def test_downloaded_tables_can_be_uploaded_again(registry, code):
    """The flowers, and the predictions of a file."""
    page = open_page("data", lang=code, table="1")
    flowers = page.dataframe[0].value
    upload(page, flowers.to_csv(index=False))
    assert not page.error
    assert len(page.dataframe[-1].value) == 150
    predictions = page.dataframe[-1].value
    scored = next(text for text in texts(page).splitlines() if "**" in text and "150" in text and "%" in text)
    upload(page, predictions.to_csv(index=False))
    assert not page.error
    assert len(page.dataframe[-1].value) == 150
    assert scored in texts(page)


def test_the_file_is_kept_across_pages_until_it_is_removed(page):
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n")
    go_to(go_to(page, "quality"), "data")
    assert page.success[0].value == "Version 2 classified 1 flower."
    assert r"Your file: mine.csv" in texts(page)
    page.button(key="drop-file").click().run()
    assert not page.success


def test_kept_files_of_all_sessions_share_a_size_limit(page, monkeypatch):
    """Beyond it a file is read, but not kept for later."""
    monkeypatch.setenv("IRISML_LIMIT_UPLOAD_BYTES", "50")
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n")
    assert page.success
    go_to(go_to(page, "quality"), "data")
    assert not page.success


def test_a_file_too_large_to_keep_does_not_restore_the_previous_one(page, monkeypatch):
    """The new upload has replaced the previous file."""
    upload(page, "5.1,3.5,1.4,0.2\n")
    monkeypatch.setenv("IRISML_LIMIT_UPLOAD_BYTES", "20")
    upload(page, "5.1,3.5,1.4,0.2\n6.5,3.0,5.6,2.0\n")
    assert page.success[0].value == "Version 2 classified 2 flowers."
    go_to(go_to(page, "quality"), "data")
    assert not page.success


def test_a_file_removed_in_the_uploader_is_not_kept(page):
    upload(page, "5.1,3.5,1.4,0.2\n")
    page.file_uploader[0].set_value(None).run()
    assert not page.success
    assert "Your file" not in texts(page)
