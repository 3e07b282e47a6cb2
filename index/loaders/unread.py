"""What to do with files of well-known formats that no loader reads."""

_REMEDIES = {
    "unpack it": ".7z .rar .zst .lz .lz4 .lzma .z .cab .iso .dmg .lzh .arj .ace .deb .rpm .jar",
    "save it as PNG or PDF": ".gif .webp .heic .heif .avif .svg .svgz .eps .ai .psd .xcf .pcx .tga",
    "save a copy as PDF": ".ps .djvu .xps .oxps .odg .vsd .vsdx .one .indd .key .chm .hlp .dvi",
    "save a copy as EPUB or PDF": ".mobi .azw .azw3 .lit .prc .lrf",
    "save a copy as CSV or XLSX": ".numbers .xlsb .wk1 .wk3 .wk4 .wks .123 .qpw .gnumeric",
    "export it as CSV or JSONL": ".parquet .feather .arrow .avro .orc .sqlite .sqlite3 .db .mdb "
    ".accdb .dbf .rds .rdata .sav .dta .sas7bdat .h5 .hdf5",
    "export the messages as MBOX or EML": ".pst .ost .dbx .nsf",
    "what is spoken is not recognised; index its subtitles or a transcript": ".mp3 .mp4 .m4a .m4v "
    ".wav .ogg .oga .ogv .opus .flac .mkv .webm .avi .mov .wmv .wma .aac .mpg .mpeg .flv .3gp",
}
_BY_SUFFIX = {suffix: remedy for remedy, every in _REMEDIES.items() for suffix in every.split()}


def unread_reason(suffix: str) -> str:
    """Return why a file with a suffix is not read, and what helps where something does.

    >>> unread_reason(".rar"), unread_reason(".xyz")
    ('no loader reads that format; unpack it', 'no loader reads that format')
    """
    remedy = _BY_SUFFIX.get(suffix.lower())
    return "no loader reads that format" + (f"; {remedy}" if remedy else "")
