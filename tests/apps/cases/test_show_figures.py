"""The page of figures: what happened in the viewer's own area, and nothing of anywhere else."""

import csv
import io
from typing import Any

from django.test import Client

from gridward.accounts.models import User
from gridward.cases.actions.naming import name_subject
from gridward.cases.actions.rollups import fold_some
from gridward.cases.queries.figures import Area, flow, stock
from gridward.cases.queries.yearbook import EVERY, shade_of, shade_steps
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, XINQIAO, Scene


def signed_in(scene: Scene, name: str) -> Client:
    client = Client()
    User.objects.filter(pk=scene.cast[name].pk).update(language="en")
    client.force_login(scene.cast[name])
    return client


def table(client: Client, scene: Scene, what: str, **asked: str) -> list[dict[str, str]]:
    """The rows of a downloaded table."""
    with clock.standing_at(scene.now):
        answer = client.get(f"/figures/{what}.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_each_leader_reads_the_figures_of_their_own_area(scene: Scene) -> None:
    scene.brought_to("closed", position=LIUYIN_E)
    scene.brought_to("pending_dispatch", position=XINQIAO)
    fold_some()
    scene.report("litter", position=LIUYIN_E)  # not added up yet
    about = scene.report("conduct", position=LIUYIN_E)
    with clock.standing_at(scene.now):
        body = scene.town.bodies["maintenance"].pk
        name_subject(case=about, body_id=body, by=scene.cast.actor("cleo"), at=scene.now)
    wen, lin = signed_in(scene, "wen"), signed_in(scene, "lin")
    rows = table(wen, scene, "categories")
    lamp = next(row for row in rows if row["Code"] == "lamp")
    assert [lamp[name] for name in ("Reported", "Filed", "Closed", "Closed on time", "Open now")] == [
        "2",
        "2",
        "1",
        "1",
        "1",
    ]
    assert {row["Code"]: row["Reported"] for row in rows} == {"lamp": "2", "litter": "1", "conduct": "1"}
    own = {row["Code"]: row["Reported"] for row in table(lin, scene, "categories")}
    assert own == {"lamp": "1", "litter": "1"}, "of her community, and no complaint about a body"
    grids = {row["Grid"]: (row["Reported"], row["Open now"]) for row in table(lin, scene, "grids")}
    east = scene.town.grids["liuyin_e"]
    assert grids[east.name_en] == ("2", "1") and len(grids) == 2
    chosen = table(wen, scene, "grids", area=scene.town.divisions["liuyin"].code)
    assert {row["Grid"]: (row["Reported"], row["Open now"]) for row in chosen} == grids
    assert [row["Reported"] for row in table(lin, scene, "grids", area=scene.town.divisions["xinqiao"].code)] == [
        row["Reported"] for row in table(lin, scene, "grids")
    ], "an area of others is not a filter"
    months = table(wen, scene, "months", since="2026-02", until="2026-03")
    assert [(row["Month"], row["Reported"]) for row in months] == [("2026-02", "0"), ("2026-03", "4")]
    assert table(wen, scene, "months", since="2026-13", until="x")[-1]["Reported"] == "4"
    with clock.standing_at(scene.now):
        page = wen.get("/figures/").content.decode()
    assert "m-shade-5" in page and east.name_en in page and "handled on the spot 0" in page


def test_who_sees_cases_by_body_or_grid_has_no_such_page(scene: Scene) -> None:
    for name in ("deng", "ben", "gao", "sun"):
        assert signed_in(scene, name).get("/figures/").status_code == 404
        assert signed_in(scene, name).get("/figures/months.csv").status_code == 404


def test_every_table_gives_the_same_sums(scene: Scene) -> None:
    for place in (LIUYIN_E, XINQIAO, None):
        scene.brought_to("closed", position=place, community_id=scene.town.divisions["liuyin"].pk)
        fold_some()
        scene.later(days=20)
    scene.brought_to("handling")
    district, divisions = scene.town.district.pk, scene.town.divisions
    whole, part = Area(district), Area(district, frozenset({divisions["liuyin"].pk}))
    since, until = scene.day(-90).replace(day=1), scene.day(60).replace(day=1)
    for area, reported in ((whole, 4), (part, 3)):
        sums = set()
        for by in (("category",), ("grid",), ("month",), ("community", "category"), ("grid", "category", "month")):
            for end in (until, until.replace(day=2)):
                found = flow(area, since, end, by, EVERY)
                sums.add(tuple(map(sum, zip(*found.values(), strict=True))))
        assert len(sums) == 1 and sums.pop()[0] == reported
        standing: Any = {by: sum(stock(area, by).values()) for by in (("state",), ("grid",), ("category", "state"))}
        assert set(standing.values()) == {reported}


def test_shades_cover_every_count_once() -> None:
    for most in (0, 1, 3, 5, 7, 26, 1000):
        steps = shade_steps(most)
        assert [n for _, low, high in steps for n in range(low, high + 1)] == list(range(1, most + 1))
        assert all(shade_of(n, most) == shade for shade, low, high in steps for n in range(low, high + 1))
