"""An evaluation that can be checked by hand; used to test scores and charts."""

from irisml.model.scores import CrossValidation, Evaluation

CROSS_VALIDATION = CrossValidation(
    n_repeats=2,
    split_n_correct=(2, 0, 1, 2),
    split_n_test=(2, 2, 2, 2),
    y_true=(0, 0, 1, 2),
    flower_n_correct=(2, 2, 0, 1),
    probabilities=((1.0, 0.0, 0.0), (0.9, 0.1, 0.0), (0.0, 0.4, 0.6), (0.0, 0.5, 0.5)),
)
"""Four flowers, two repeats of two folds; flower 3 (virginica) is predicted correctly once, flower 2 never."""

EVALUATION = Evaluation(
    test_rows=(3, 70, 71, 120, 121),
    y_true=(0, 1, 1, 2, 2),
    y_pred=(0, 2, 1, 2, 2),
    importances=(0.1, 0.0, 0.5, 0.4),
    cross_validation=CROSS_VALIDATION,
)
"""Five test flowers; row 70, a versicolor, is predicted as virginica."""
