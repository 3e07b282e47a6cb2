"""The reader: from a question and passages to the exact words that answer it.

Files, by the question each answers:

* ``extractive.py``  what runs at query time: int8 ONNX, windows, spans merged across passages
* ``larger.py``      the same with a larger network, made at its first use: the reader `best`
* ``assembly.py``    a network's graph without weights, weights put in, and its folder written
* ``changes.py``     what training changed of the larger network
* ``splits.py``      which labelled articles may train, calibrate, or only be reported on
* ``train.py``       the command that makes the weights (``training/`` holds its parts)
* ``export.py``      trained weights to the int8 ONNX file that is shipped
* ``calibrate.py``   fits P(the best span is right) and the verdict thresholds
* ``weights/``       the shipped weights, their calibration and their model card
* ``weights/best/``  the same of the larger network, which is made of them

Only ``train``, ``export`` and ``calibrate`` need torch, transformers or scikit-learn; the query
path needs onnxruntime and tokenizers alone.
"""
