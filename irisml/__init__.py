"""irisml: the whole life of a model, from data to deployment, on 150 irises.

The public names below load on first use, so ``import irisml`` takes a few milliseconds and
whoever only predicts never imports scikit-learn. The list stands in ``__init__.pyi``.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
