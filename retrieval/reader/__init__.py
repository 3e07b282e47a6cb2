"""The reader: from a question and passages to the exact words that answer it.

Files, by the question each answers:

* ``extractive.py``  what runs at query time: int8 ONNX, windows, spans merged across passages
* ``splits.py``      which labelled articles may train, calibrate, or only be reported on
* ``train.py``       the command that makes the weights (``training/`` holds its parts)
* ``export.py``      trained weights to the int8 ONNX file that is shipped
* ``calibrate.py``   fits P(the best span is right) and the verdict thresholds
* ``weights/``       the shipped weights, their calibration and their model card

Only ``train``, ``export`` and ``calibrate`` need torch, transformers or scikit-learn; the query
path needs onnxruntime and tokenizers alone.
"""
