"""The page Data: the flowers, and the visitor's own."""

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
    """150, by species, with the marks that each has everywhere."""
    assert "**150 of 150 flowers**" in texts(page)
    assert [trace["marker"]["symbol"] for trace in spec(page)["data"]] == ["circle", "diamond", "triangle-up"]


def test_the_colours_are_the_themes(page):
    """Those of .streamlit/config.toml."""
    assert [trace["marker"]["color"] for trace in spec(page)["data"]] == ["#965800", "#4b2e9e", "#00758c"]


def test_a_filter_leaves_what_fits(page, iris):
    """Versicolor with petals of 4.5 cm and more."""
    page.button_group(key="data-species").set_value([1])
    page.select_slider(key="data-x-petal_length-en").set_value((4.5, 7.0)).run()
    n = sum(x[2] >= 4.5 for x in iris.X[iris.y == 1])
    assert f"**{n} of 150 flowers**" in texts(page)
    assert page.get("plotly_chart")[0].proto.alt.startswith(f"Petal length × Petal width. versicolor ({n}): 4.5 to")


def test_no_flower_left_is_said(page):
    """No chart, one sentence."""
    page.button_group(key="data-species").set_value([]).run()
    assert page.info[0].value == "No flower is left. Choose a species, or widen the lengths."
    assert not page.get("plotly_chart")


def test_another_pair_of_features_can_be_chosen(page):
    """The one across is not offered upwards."""
    page.selectbox(key="data-x-en").set_value("petal_width").run()
    assert "Petal width" not in page.selectbox(key="data-y-en").options
    assert spec(page)["layout"]["xaxis"]["title"]["text"] == "Petal width (cm)"


def test_it_says_where_the_flowers_come_from(page, iris):
    """Who measured them, which copy this is, and its fingerprint."""
    assert "Edgar Anderson" in texts(page)
    assert "UCI" in texts(page)
    assert iris.fingerprint[:16] in texts(page)


def test_a_file_is_answered_row_by_row(page):
    """Two flowers without species: predictions, and no score."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n6.5,3.0,5.6,2.0\n")
    assert page.success[0].value == "Flowers answered by version 2: 2."
    assert page.dataframe[-1].value["Prediction"].tolist() == ["setosa", "virginica"]
    assert "Right for" not in texts(page)
    assert "Download the predictions" in [element.proto.label for element in page.get("download_button")]


def test_a_file_with_species_is_scored(page):
    """One of two is wrong on purpose: 50 %, with n and interval, and its own matrix."""
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,versicolor\n")
    assert "Right for **1 of 2** flowers, 50% (95% interval: 9% to 91%)." in texts(page)
    matrix = markdown_with(page, "Confusion matrix of your file, 2 flowers")
    assert matrix.count('class="miss s1"') == 1


def test_semicolons_decimal_commas_and_other_names_are_read(page):
    """A European spreadsheet with R's names."""
    upload(page, "Petal.Width;Petal.Length;Sepal.Width;Sepal.Length\n0,2;1,4;3,5;5,1\n")
    assert page.dataframe[-1].value["Prediction"].tolist() == ["setosa"]


def test_bad_rows_are_listed_by_their_lines_beside_the_predictions(page):
    """All of them; the flower that can be read is predicted."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n5.1,wide,1.4,0.2\n51,3.5,1.4,0.2\n")
    assert page.warning[0].value == "Rows that cannot be read: 2 of 3."
    assert page.table[0].value["Line"].tolist() == [3, 4]
    assert 'sepal_width is "wide"' in page.table[0].value["Problem"].tolist()[0]
    assert page.dataframe[-1].value["Line"].tolist() == [2]


def test_a_file_without_a_flower_has_no_predictions(page):
    """Its rows are listed, and the advice is to fix them."""
    upload(page, f"{HEADER}\n5.1,wide,1.4,0.2\n")
    assert page.error[0].value.startswith("Rows that cannot be read: 1 of 1. Nothing was predicted")
    assert page.table[0].value["Line"].tolist() == [2]


def test_the_lines_that_are_wrong_can_be_found(page):
    """Truth beside the prediction, a mark, and a sentence that names the lines."""
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,versicolor\n5.9,2.8,4.3,1.3,\n")
    assert page.dataframe[-1].value["In your file"].tolist() == ["✓ setosa", "✗ versicolor", "–"]
    assert "Wrong in these lines: 3" in texts(page)
    assert "Flowers without a label: 1." in texts(page)


def test_a_label_that_means_no_species_is_listed_and_not_scored(page):
    """The flower itself is predicted."""
    upload(page, f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.0,tulip\n")
    assert page.warning[0].value == "Labels that mean no species: 1. These flowers are not scored."
    assert page.table[0].value["Line"].tolist() == [3]
    assert "Right for **1 of 1** flowers" in texts(page)


def test_what_was_understood_of_a_file_is_told(page):
    """In one place, for whoever wants to check it."""
    upload(page, "5.1,3.5,1.4,0.2,0\n5.9,2.8,4.3,1.3,1\n6.5,3.0,5.6,2.0,2\n")
    assert "There is no header" in page.info[0].value
    assert "0 = setosa, 1 = versicolor, 2 = virginica" in page.info[0].value


def test_lengths_are_shown_as_they_were_measured(registry):
    """5,1 in French, and 5,15 where it was measured so."""
    page = open_page("data", lang="fr")
    upload(page, f"{HEADER}\n5.1,3.55,1.4,0.2\n")
    row = page.dataframe[-1].value.iloc[0]
    assert (row["Longueur du sépale"], row["Largeur du sépale"]) == ("5,1", "3,55")


def test_bad_rows_are_told_in_french(registry):
    """Line by line."""
    page = open_page("data", lang="fr")
    upload(page, f"{HEADER}\n51,3.5,1.4,0.2\n")
    assert page.error[0].value.startswith("Lignes illisibles\u202f: 1 sur 1.")
    assert page.table[0].value["Problème"].tolist()[0].startswith("sepal_length vaut 51 cm, or un iris a de 2,1 à")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file has no row with a flower."),
        ("name,price\na,1\n", "There is no column sepal_length"),
        ("\x01\x02\x03", "The file is binary data, not a table of text."),
        ('[{"sepal_length": 5.1}]', "The file is JSON, not a table of text."),
    ],
)
def test_a_file_of_another_kind_is_one_sentence(page, text, message):
    """And no traceback."""
    upload(page, text)
    assert page.error[0].value.startswith(message)
    assert not page.exception


def test_a_file_that_would_make_the_others_wait_is_refused(page):
    """5001 flowers; the sentence tells where to ask instead."""
    upload(page, HEADER + "\n5.1,3.5,1.4,0.2" * 5001)
    assert page.error[0].value.startswith("The file has more than 5000 flowers.")
    assert not page.success


def test_a_file_larger_than_the_browser_lets_through_is_refused_by_the_server(page, monkeypatch):
    """Whoever sends it speaks the protocol himself."""
    monkeypatch.setenv("IRISML_LIMIT_CSV_BYTES", "2048")
    upload(page, HEADER + "\n5.1,3.5,1.4,0.2" * 200)
    assert page.error[0].value.startswith("The file has more than 2 kB.")


def test_many_bad_rows_stop_the_reading(page):
    """200 of them are listed, and the page says that there are more."""
    upload(page, HEADER + "\na,b,c,d" * 300)
    assert page.error[0].value.startswith("The first 200 rows that cannot be read are listed; there are more.")
    assert len(page.table[0].value) == 200


def test_flowers_outside_the_training_range_are_counted(page):
    """One of the two."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n10.0,3.5,1.4,0.2\n")
    assert page.warning[0].value == "Flowers outside what the model has seen: 1. Their answers are guesses."


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_template_can_be_read_as_it_is(page, code):
    """Header and two examples without a species; in French as a French spreadsheet reads it."""
    template = csv_template(language(code))
    assert template.splitlines()[1] == {"en": "5.1,3.5,1.4,0.2,", "fr": "5,1;3,5;1,4;0,2;"}[code]
    upload(page, template)
    assert page.success[0].value == "Flowers answered by version 2: 2."


@pytest.mark.parametrize("code", ["en", "fr"])
def test_every_table_of_the_page_can_be_uploaded_again(registry, code):
    """As its own button saves it: the flowers, and the predictions of a file."""
    page = open_page("data", lang=code)
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


def test_the_file_stays_while_another_page_is_looked_at(page):
    """And goes when it is removed."""
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n")
    go_to(go_to(page, "quality"), "data")
    assert page.success[0].value == "Flowers answered by version 2: 1."
    assert r"Your file: mine.csv" in texts(page)
    page.button(key="drop-file").click().run()
    assert not page.success


def test_files_of_all_sessions_together_have_a_limit(page, monkeypatch):
    """Beyond it a file is read, but not kept for later."""
    monkeypatch.setenv("IRISML_LIMIT_UPLOAD_BYTES", "50")
    upload(page, f"{HEADER}\n5.1,3.5,1.4,0.2\n")
    assert page.success
    go_to(go_to(page, "quality"), "data")
    assert not page.success


def test_a_file_that_is_too_much_to_keep_brings_no_other_one_back(page, monkeypatch):
    """The one before it is gone: the visitor has uploaded another."""
    upload(page, "5.1,3.5,1.4,0.2\n")
    monkeypatch.setenv("IRISML_LIMIT_UPLOAD_BYTES", "20")
    upload(page, "5.1,3.5,1.4,0.2\n6.5,3.0,5.6,2.0\n")
    assert page.success[0].value == "Flowers answered by version 2: 2."
    go_to(go_to(page, "quality"), "data")
    assert not page.success


def test_a_file_removed_from_the_upload_is_not_kept(page):
    """By the cross on it."""
    upload(page, "5.1,3.5,1.4,0.2\n")
    page.file_uploader[0].set_value(None).run()
    assert not page.success
    assert "Your file" not in texts(page)
