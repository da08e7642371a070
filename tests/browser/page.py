"""Opens pages that sluice-cli writes in headless Chromium, and compares what they show with what the program says.

page.py SLUICE-CLI EXAMPLES: prints "N passed, N failed"; status 77 and a sentence where there is no browser.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

PROGRAM, EXAMPLES = sys.argv[1:3]
RUNS = [("update-user-email", "processing-bug"), ("price-change", "sale")]


def give_up(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.keys import Keys
except ImportError:
    give_up("there is no selenium for this python3 (Debian: python3-selenium)")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
if not BROWSER or not DRIVER:
    give_up("there is no chromium or no chromedriver (Debian: chromium, chromium-driver)")


def call(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def start():
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for switch in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,800"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        return webdriver.Chrome(service=Service(DRIVER), options=options)
    except Exception as error:
        give_up(f"chromium does not start here: {str(error).splitlines()[0]}")


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Page:
    def __init__(self, browser, folder, example, scenario):
        self.browser = browser
        self.recording = folder / f"{scenario}.sluicerec"
        self.file = folder / f"{scenario} page.html"
        call("run", f"{EXAMPLES}/{example}.sluice", "--scenario", scenario, "--record", self.recording)
        call("replay", self.recording, "--export", self.file)
        for log in ("browser", "performance"):
            browser.get_log(log)  # what was said before is nothing to this page
        browser.get(self.file.as_uri())

    def ask(self, script):
        return self.browser.execute_script(script)

    def said(self, nanoseconds):
        return json.loads(call("replay", self.recording, "--json", "--at", f"{nanoseconds}ns"))

    def events(self, query):
        return [json.loads(line) for line in call("replay", self.recording, "--json", "--events", query).splitlines()]


def compare(page, nanoseconds):
    """What the page holds and what the program says of one instant."""
    said = page.said(nanoseconds)
    shown = page.ask(f"player.seek({nanoseconds}); return player.state()")
    elements = {one["id"]: one for one in said["elements"]}
    assert len(shown["elements"]) > 3
    for name, figures in shown["elements"].items():
        own = elements[name]
        if own["kind"] == "queue":
            assert figures["ready"] == own["ready"], (name, nanoseconds)
            assert figures["unacknowledged"] == own["unacknowledged"], (name, nanoseconds)
            assert figures["line"] == own["messages"][:5], (name, nanoseconds)
        if "busy" in own:
            assert sum(max(0, busy) for busy in figures["instances"]) == own["busy"], (name, nanoseconds)
            assert sum(busy >= 0 for busy in figures["instances"]) == own["running"], (name, nanoseconds)
        if "records" in own:
            assert sum(figures["ends"]) == own["records"], (name, nanoseconds)
            assert sorted(map(sum, figures["lags"])) == sorted(own.get("lag", {}).values()), (name, nanoseconds)
        assert figures["late"] == own["late"] and (figures["actions"] > 0) == own["disturbed"], (name, nanoseconds)
        assert figures.get("rows", 0) == own.get("rows", 0) or own["kind"] == "cache", (name, nanoseconds)
    tokens = sorted((transit["message"], transit["link"]) for transit in said["transits"])
    assert sorted(map(tuple, shown["tokens"])) == tokens, nanoseconds


def shows_what_the_program_says(page):
    end = page.ask("return player.trace.to")
    for share in range(0, 21):
        compare(page, end * share // 20)


def plays_to_the_end(page):
    page.ask("player.seek(player.trace.from, -1); document.getElementById('play').click()")
    assert page.ask("return player.playing")
    page.ask("player.speed = (player.trace.to - player.trace.from) / 1e9")
    assert until(lambda: not page.ask("return player.playing"))
    assert page.ask("return player.time === player.trace.to && player.position === player.trace.count - 1")
    compare(page, page.ask("return player.trace.to"))


def steps_with_the_keyboard(page):
    body = page.browser.find_element("tag name", "body")
    page.ask("player.speed = 1; player.seek(player.trace.from, -1)")
    for _ in range(5):
        body.send_keys(Keys.ARROW_RIGHT)
    assert page.ask("return player.position") == 4
    body.send_keys(Keys.ARROW_LEFT)
    assert page.ask("return player.position") == 3
    body.send_keys(Keys.END)
    assert page.ask("return player.position === player.trace.count - 1")
    body.send_keys(Keys.SPACE)
    assert page.ask("return player.playing && player.position < player.trace.count / 2")
    body.send_keys(Keys.SPACE)
    assert not page.ask("return player.playing")


def seeks_by_the_timeline(page):
    timeline = page.browser.find_element("id", "timeline")
    webdriver.ActionChains(page.browser).move_to_element(timeline).click().perform()
    share = page.ask("return (player.time - player.trace.from) / (player.trace.to - player.trace.from)")
    assert abs(share - 0.5) < 0.01, share


def filters_the_log(page):
    page.ask("player.filterBy('m-1')")
    count = page.ask("return player.log.matches.length")
    assert count == len(page.events("message:m-1")), count
    assert page.ask("return document.querySelectorAll('.row').length") > 0
    page.ask("player.filterBy('')")


def shows_the_dead_letter(page):
    deaths = page.events("dead-lettered")
    if not deaths:
        return
    page.ask("player.seek(player.trace.from, -1); document.getElementById('dead-on').click()")
    message = deaths[0]["message"]
    assert page.ask("return player.trace.message[player.position]") == message
    queue = deaths[0]["target"]
    # On its way: a token; then it stands in its queue, which has a badge.
    arrived = next(event for event in page.events(f"message:m-{message} enqueued") if event["element"] == queue)
    page.ask(f"player.seek({arrived['ns']})")
    assert page.ask(f"return player.state().elements['{queue}'].line") == [message]
    group = f"document.querySelector('[data-entity=\"' + player.trace.data.entities.findIndex(e => e.id === '{queue}') + '\"]')"
    assert page.ask(f"return !!{group}.querySelector('[data-message=\"{message}\"]')")
    assert "1" in page.ask(f"return [...{group}.querySelectorAll('text')].map(text => text.textContent)")
    page.ask(f"player.openMessage({message})")
    assert "dead lettered" in page.browser.find_element("id", "panel-message").text


def follows_the_viewers_theme(page):
    def prefer(scheme):
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    colours = []
    for scheme in ("light", "dark"):
        prefer(scheme)
        assert until(lambda: page.ask("return document.documentElement.dataset.theme") == scheme, 5)
        colours.append(page.ask("return getComputedStyle(document.body).backgroundColor"))
    assert colours[0] != colours[1], colours
    prefer("light")


def complains_and_loads_nothing(page):
    complaints = [entry for entry in page.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    assert not complaints, complaints
    requests = [json.loads(entry["message"])["message"] for entry in page.browser.get_log("performance")]
    asked = [one["params"]["request"]["url"] for one in requests if one["method"] == "Network.requestWillBeSent"]
    assert all(url.startswith(("file:///", "data:")) for url in asked), asked
    assert {url for url in asked if url.startswith("file:")} <= {page.file.as_uri()}, asked


def moving_svg_shows_each_moment(page):
    """The animated SVG at some of its instants; the page itself is open again afterwards."""
    file = page.recording.with_suffix(".svg")
    call("replay", page.recording, "--export", file, "--from", "14s", "--to", "24s", "--fps", "10")
    page.browser.get(file.as_uri())
    try:
        page.ask("document.documentElement.pauseAnimations()")
        for tenth in (1, 18, 25, 60, 99, 101 + 18):  # the last is in the second round, which begins after 101 frames
            said = page.said(14_000_000_000 + tenth % 101 * 100_000_000)
            # Inside of the frame: at its boundary one picture ends and the next begins.
            page.ask(f"document.documentElement.setCurrentTime({tenth / 10 + 0.05})")
            for element in said["elements"]:
                if element["kind"] != "queue":
                    continue
                texts = page.ask(f"""return [...document.querySelectorAll('[data-element="{element["id"]}"]')]
                    .filter(look => getComputedStyle(look).visibility === 'visible')
                    .map(look => [look, ...[...look.querySelectorAll('use')]
                                       .map(one => document.querySelector(one.getAttribute('href')))]
                        .flatMap(part => [...part.querySelectorAll('text')].map(text => text.textContent.trim())))""")
                assert len(texts) == 1 and str(element["ready"]) in texts[0], (element, texts, tenth)
            # Elements are put together from parts that are used as well.
            moving = page.ask("return [...document.querySelectorAll('g > use[href^=\"#t\"]')].filter(one => "
                              "getComputedStyle(one).visibility === 'visible').length")
            later = page.said(14_050_000_000 + tenth % 101 * 100_000_000)
            assert moving == len(later["transits"]), (moving, later["transits"], tenth)
    finally:
        page.browser.get(page.file.as_uri())


CHECKS = [shows_what_the_program_says, plays_to_the_end, steps_with_the_keyboard, seeks_by_the_timeline,
          filters_the_log, shows_the_dead_letter, follows_the_viewers_theme, complains_and_loads_nothing,
          moving_svg_shows_each_moment]


def main():
    passed = failed = 0
    browser = start()
    try:
        with tempfile.TemporaryDirectory(prefix="sluice page ") as folder:
            for example, scenario in RUNS:
                page = Page(browser, pathlib.Path(folder), example, scenario)
                for check in CHECKS:
                    try:
                        check(page)
                        passed += 1
                    except Exception:
                        failed += 1
                        print(f"FAIL {check.__name__} ({scenario})\n{traceback.format_exc()}")
    finally:
        browser.quit()
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
