"""irisml: the life cycle of a model, from data to deployment, on 150 irises.

The public names are loaded on first use, so ``import irisml`` takes a few milliseconds, and
predicting does not import scikit-learn. The names are listed in ``__init__.pyi``.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
