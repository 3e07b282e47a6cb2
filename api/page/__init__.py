"""The page: what people read at `/`, rendered on the server and complete without scripts.

    routes       the addresses; each asks the engine, makes a view and renders a template
    answer_views a response as people read it; `views`, `source_views`, `support_views`, `conflicts`
    reading_view a document's text in a slice around a quote, with everything marked
    picture      a page of a PDF as a layer of selectable words and marks over its picture
    selection    what was ticked in the filters, as a filter; facets: what there is to tick
    citing       a quote as a citation: plain, Markdown, BibTeX, CSL-JSON
    links        every address that the page links to
    templating   Jinja2 with autoescape, the headers that confine the page, compression
    assets       one style sheet and one ES module, addressed by their content

Every state of the page is an address, so that it can be kept and sent: forms use GET. The module
adds to what is there (copying, loading more of a document, uploads with progress) and is needed
for none of asking and reading. Text of documents reaches the browser as text: the templates escape
it, the module sets `textContent` alone, and the Content-Security-Policy allows neither inline
script nor style, nor anything from elsewhere.
"""
