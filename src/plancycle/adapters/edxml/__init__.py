"""edXML packages of the national document exchange (QCVN 102:2016/BTTTT), written and read.

No live exchange is spoken to from here: packages are files. XML signatures (xmldsig) are neither made nor judged; the
files inside carry their own.
"""
