"""What every page is made with: the look, the templates all pages share, errors as pages, and the app that holds them.

`app` puts services together as one site, `templates` renders, `site` is what every page shows of the site, `errors`
and `invalid` turn errors into pages or JSON, `guards` is what holds for every request. No page of a service is here.

A service's page: `PAGES = Pages(Path(__file__).parent / "templates")`, in a route
`return PAGES.show(request, "rounds.html", rounds=rounds)`; its template extends layout.html, whose head lists the
blocks, and has the macros of parts.html as `parts`. No inline style or script: the browser would refuse it.
"""
