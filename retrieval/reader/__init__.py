"""The reader: from a question and passages to the exact words that answer it.

Files, by the question each answers:

* ``extractive.py``  what runs at query time: int8 ONNX, windows, spans merged across passages
* ``table_rows.py``  rows of tables, read as sentences
* ``structure.py``   lists of questions and entries, in which the wrong part answers nothing
* ``install/``       the reader `best`: a larger network, made at its first use
* ``weights/``       the shipped weights, their calibration and their model card
* ``weights/best/``  the same of the larger network, which is made of them

`eval.training` makes the weights and `eval.calibration` fits their confidence; reading needs
onnxruntime and tokenizers alone.
"""
