"""Doors of cases."""

from django.urls import path

from gridward.cases.views import case, importing, intake, listing, overview, papers, releasing, standards, workflow

app_name = "cases"
urlpatterns = [
    path("cases/", listing.index, name="list"),
    path("cases/features.json", listing.features, name="features"),
    path("cases/export.csv", listing.export, name="export"),
    path("cases/new/", intake.new, name="new"),
    path("cases/photos/<uuid:public_id>/", case.photo, name="photo"),
    path("cases/workflow/", workflow.index, name="workflow"),
    path("cases/categories/", standards.index, name="categories"),
    path("cases/categories/import/", importing.read, name="import_lists"),
    path("cases/categories/import/apply/", importing.apply, name="apply_lists"),
    path("cases/categories/import/<int:pk>/undo/", importing.undo, name="undo_lists"),
    path("cases/categories/<str:scheme>/<slug:kind>/<str:code>/", standards.category, name="category"),
    path("cases/categories/<str:scheme>/<slug:kind>/<str:code>/put/", standards.put, name="put_standard"),
    path("cases/categories/<str:scheme>/<slug:kind>/<str:code>/close/", standards.close, name="close_standard"),
    path("cases/papers/", papers.batch, name="papers"),
    path("cases/papers/sheets/", papers.sheets, name="paper_sheets"),
    path("cases/<str:number>/", case.show, name="case"),
    path("cases/<str:number>/release/", releasing.release, name="release"),
    path("cases/<str:number>/admit/", releasing.admit, name="admit"),
    path("cases/<str:number>/print/", case.print_sheet, name="print"),
    path("cases/<str:number>/papers/", papers.of_case, name="case_papers"),
    path("cases/<str:number>/papers/<slug:form>/", papers.paper, name="paper"),
    path("cases/<str:number>/slip/", intake.slip, name="slip"),
    path("cases/<str:number>/contact/", case.contact, name="contact"),
    path("cases/<str:number>/told/", case.tell, name="tell"),
    path("cases/<str:number>/subject/", releasing.subject, name="name_subject"),
    path("cases/<str:number>/times/", case.confirm, name="confirm_times"),
    path("cases/<str:number>/watch/", case.watch, name="watch"),
    path("cases/<str:number>/moves/<slug:move>/", case.move, name="move"),
    path("overview/", overview.index, name="overview"),
]
