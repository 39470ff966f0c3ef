"""The Dagster UI as a person uses it who has read the README: in a real Chromium, on what `make run` serves."""

import re

import pytest
from playwright.sync_api import Page, expect

from pipeline_defs.commands.samples import BAD_DAY, DAY
from resources.ledger.connections import connect
from tests.browser.served_weir import Served
from tests.browser.ui_pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BAD = f"{BAD_DAY}|supplier_quotes"
CHECK = "manual_review_rate_within_threshold"
WHO, WHY = "Ada Lovelace", "The suppliers confirmed these by phone"


def test_links_to_runs_lead_to_the_run_of_that_partition(page: Page, weir: Served) -> None:
    """Four partitions, four runs; only the bad documents' failed, at the check that stops them."""
    for link in weir.links("run"):
        page.goto(link.url)
        expect(page.get_by_text(f"partition: {link.partition}")).to_be_visible()
        ended = "Failure" if link.partition == BAD else "Success"
        expect(page.get_by_text(ended, exact=True).first).to_be_visible()
    assert len(weir.links("run")) == 4


def test_links_to_extractions_show_where_the_documents_went(page: Page, weir: Served) -> None:
    """The picture stands on the page, loaded and whole, without another click."""
    for link in weir.links("its extractions"):
        page.goto(link.url)
        expect(page.get_by_title(link.partition, exact=True)).to_be_visible()
        shown = page.get_by_role("img", name=re.compile("^where the documents went: accepted"))
        expect(shown).to_be_visible()
        assert shown.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0
        assert shown.evaluate(IS_WHOLE)
        if link.partition == f"{DAY}|supplier_quotes":
            picture(page, "partition")
    assert len(weir.links("its extractions")) == 4


IS_WHOLE = "img => img.getBoundingClientRect().right <= img.closest('table').getBoundingClientRect().right"


def test_the_link_to_the_failed_check_shows_its_offenders(page: Page, weir: Served) -> None:
    """Which documents needed a person, and why, where the command's last lines point."""
    [link] = weir.links("failed check")
    page.goto(link.url)
    assert link.partition == BAD
    expect(page.get_by_text("Evaluation result")).to_be_visible()
    expect(page.get_by_text(BAD, exact=True)).to_be_visible()
    expect(page.get_by_text("over the hard limit of 40%").first).to_be_visible()
    expect_offenders(page, weir)
    picture(page, "failed-check", height=1100)


def test_materializing_a_partition_by_clicking(page: Page, weir: Served) -> None:
    """A job, a day, a feed, one click; what is current already is not paid for again."""
    open_job(page, weir, "process_partition")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog").first
    dialog.get_by_placeholder("ex: ").fill(DAY)
    dialog.get_by_text("Select a partition").click()
    page.get_by_title("deals", exact=True).click()
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Launch 1 run").click()
    page.get_by_role("link", name="View", exact=True).click()
    expect_success(page, f"{DAY}|deals")
    page.reload()  # as it stands, without the notification of its launch
    expect_success(page, f"{DAY}|deals")
    picture(page, "run")
    assert asked(weir, run_id=page.url.rsplit("/", 1)[-1]) == 0


def test_a_failed_check_is_found_by_its_partition_when_others_ran_since(page: Page, weir: Served) -> None:
    """From the catalog, without a link: asset, checks, the check, its partition."""
    page.goto(weir.base)
    page.get_by_role("link", name="Catalog").click()
    page.get_by_role("link").and_(page.locator("[href='/assets/extractions']")).click()
    page.get_by_role("tab", name="Checks").click()
    page.get_by_title(CHECK, exact=True).click()
    page.locator("button").filter(has_text="Partitions").click()
    page.get_by_title(BAD_DAY, exact=True).click()
    page.get_by_title("supplier_quotes", exact=True).click()
    expect(page.get_by_title(BAD, exact=True)).to_be_visible()
    expect_offenders(page, weir)


def test_releasing_the_bad_partition_on_purpose(page: Page, weir: Served) -> None:
    """The gate is open in that person's name, for that reason, and what waited behind it has left."""
    held = delivered(weir)
    open_job(page, weir, "release_partition")
    page.get_by_role("tab", name="Launchpad").click()
    expect(page.get_by_text('Missing required config entry "reason"')).to_be_visible()
    page.get_by_placeholder("Partition").press_sequentially(BAD)
    page.get_by_role("menuitem", name=BAD).click()
    write_config(page)
    expect(page.get_by_text("No errors")).to_be_visible()
    picture(page, "release")
    page.get_by_role("button", name="Launch Run").click()
    expect_success(page, BAD)
    assert gate(weir) == ("open", WHO, WHY)
    assert delivered(weir) == held + 1


def test_the_graph_shows_the_way_of_a_document(page: Page, weir: Served) -> None:
    """Five assets in their order."""
    page.goto(f"{weir.base}/locations/pipeline_defs.definitions/asset-groups/pipeline")
    for asset in ("documents", "chunks", "embeddings", "extractions", "deliveries"):
        expect(page.get_by_text(asset, exact=True).first).to_be_visible()
    picture(page, "graph", height=640)


def test_an_assets_page_plots_its_partitions(page: Page, weir: Served) -> None:
    """Review rate, cost, tokens and latency over the days, from the catalog; and whose it is."""
    page.goto(f"{weir.base}/assets/extractions")
    expect(page.get_by_text("sales-operations").first).to_be_visible()
    expect(page.get_by_role("link", name="deals/prompt.md")).to_be_visible()
    page.get_by_text("Plots", exact=True).first.click()
    for number in ("manual_review_rate", "cost_usd", "input_tokens", "document_p99_s"):
        plot = page.get_by_text(number, exact=True).first
        plot.scroll_into_view_if_needed()
        expect(plot).to_be_visible()
    page.get_by_text("manual_review_rate", exact=True).first.scroll_into_view_if_needed()
    picture(page, "plots")


def test_a_managers_page_is_made_by_clicking_and_read_at_a_glance(page: Page, weir: Served) -> None:
    """What the day came to in sentences, and a chart that is a click away."""
    open_job(page, weir, "report_day")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog").first
    dialog.get_by_role("textbox").first.fill(DAY)
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Launch 1 run").click()
    page.get_by_role("link", name="View", exact=True).click()
    expect_success(page, DAY)
    page.goto(f"{weir.base}/assets/service_levels?view=partitions&partition={DAY}")
    expect(page.get_by_text("38 documents")).to_be_visible()
    expect(page.get_by_text("3 of them needed a person")).to_be_visible()
    picture(page, "service-levels", height=1300)
    page.get_by_text("[Show Markdown]").first.click()
    chart = page.get_by_role("img", name=re.compile("^Documents of"))
    expect(chart).to_be_visible()
    assert chart.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0


def open_job(page: Page, weir: Served, name: str) -> None:
    page.goto(weir.base)
    page.get_by_role("link", name="Jobs").click()
    # Icons are part of a link's accessible name here: by its text alone.
    page.get_by_role("link").filter(has_text=re.compile(f"^{name}$")).click()


def write_config(page: Page) -> None:
    """The editor holds a default for `by`; a person writes over it and adds the line that is missing."""
    # Choosing the partition writes the editor's text anew, now with quotes.
    page.locator(".CodeMirror-code").get_by_text("'operator'", exact=True).dblclick()
    page.keyboard.type(WHO)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type(f"reason: {WHY}")


def expect_success(page: Page, partition: str) -> None:
    expect(page.get_by_text(f"partition: {partition}")).to_be_visible()
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()


def expect_offenders(page: Page, weir: Served) -> None:
    """The check's table names every document that needed a person, each with its reason."""
    table = page.get_by_role("table").filter(has_text="first verdict").last
    expect(table.locator("tbody tr")).to_have_count(len(offenders(weir)))
    rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    assert {(place, verdict) for place, verdict, _, _ in rows} == offenders(weir)
    assert all(why.strip() for *_, why in rows)


def offenders(weir: Served) -> set[tuple[str, str]]:
    statement = (
        "select place, first_verdict from weir.documents where date = %s and feed = 'supplier_quotes' "
        "and first_verdict <> 'accepted'"
    )
    with connect(weir.database_url) as connection:
        return {(place, verdict) for place, verdict in connection.execute(statement, [BAD_DAY])}


def asked(weir: Served, run_id: str) -> object:
    with connect(weir.database_url) as connection:
        found = connection.execute("select count(*) from weir.llm_calls where run_id = %s", [run_id]).fetchone()
    return found[0] if found else None


def gate(weir: Served) -> object:
    statement = "select state, by, reason from weir.releases where date = %s and feed = 'supplier_quotes'"
    with connect(weir.database_url) as connection:
        return connection.execute(statement, [BAD_DAY]).fetchone()


def delivered(weir: Served) -> int:
    return len((weir.delivered / "supplier_quotes.jsonl").read_bytes().splitlines())
