"""The participants' page of a user study in Chromium, with a server and without."""

import json
import re

import pytest
from browser.phone_page import DESKTOP, PHONE
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys
from user_study.study_servers import StudyServer
from user_study.toy_studies import write_study

from stgan_tf.user_study.answer_files import collect


class Participant:
    """What a participant sees and does; `page` is a PhonePage."""

    def __init__(self, page):
        self.page = page

    def text(self, selector):
        return self.page.element(selector).text

    def consent_and_start(self):
        self.page.click("#agree")
        self.page.click("#start")
        self.until_question(1)

    def until_question(self, position):
        self.page.wait(
            lambda: re.search(rf"\b{position} ?(of|题)", self.text("#progress-text")),
            f"Question {position} is not shown",
        )

    def number(self):
        return re.sub(r"\D", "", self.text("#own-number"))

    def pictures(self):
        """The pictures' addresses, in the order shown."""
        return [image.get_attribute("src") for image in self.page.elements("#results .result img")]

    def tap(self, place):
        self.page.elements("#results .result")[place].click()

    def press(self, *keys):
        self.page.element("body").send_keys(*keys)

    def until_done(self, text):
        self.page.wait(lambda: text in self.text("#done"), f"{text!r} is not shown")


def place_of(position):
    """Which of three results is chosen for the question at a position; all come up."""
    return position * 7 % 5 % 3


@pytest.fixture
def server(tmp_path):
    key = write_study(tmp_path / "study", contact="study@example.org")
    server = StudyServer(tmp_path / "study")
    server.key = key
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.mark.slow
def test_30_answers_survive_a_reload_a_killed_server_and_a_killed_browser(
    server, start_page, tmp_path
):
    phone = Participant(start_page())
    phone.page.open(server.url)
    phone.page.wait(lambda: phone.page.element("#welcome").is_displayed(), "No welcome")
    assert "No personal data are collected" in phone.text("#consent")
    phone.page.click("#start")  # without having agreed
    assert phone.page.element("#welcome").is_displayed()
    phone.consent_and_start()
    number = phone.number()
    assert re.fullmatch(r"\d{12}", number)
    chosen = []

    def answer_by_touch(position):
        phone.until_question(position)
        assert not phone.page.element("#next").is_enabled()
        phone.tap((place_of(position) + 1) % 3)
        phone.tap(place_of(position))  # changes their mind
        chosen.append(phone.pictures()[place_of(position)])
        phone.page.click("#next")

    for position in range(1, 9):
        answer_by_touch(position)
    phone.until_question(9)
    before = phone.text("#change"), phone.pictures()
    phone.page.driver.refresh()
    phone.until_question(9)
    assert (phone.text("#change"), phone.pictures()) == before
    assert phone.number() == number

    server.kill()
    answer_by_touch(9)
    answer_by_touch(10)
    phone.page.wait(lambda: "Not sent yet: 2" in phone.text("#status"), "No word of the server")
    server.start()
    phone.page.wait(lambda: phone.text("#status") == "", "The answers are not sent")
    with pytest.raises(WebDriverException):
        phone.page.cdp("Browser.crash")

    desktop = Participant(start_page())
    desktop.page.resize(DESKTOP)
    desktop.page.open(server.url)
    desktop.page.wait(lambda: desktop.page.element("#number").is_displayed(), "No welcome")
    desktop.page.element("#number").send_keys("123456789012", Keys.ENTER)
    desktop.page.wait(lambda: "no answers under" in desktop.text("#unknown"), "A number is known")
    desktop.page.element("#number").clear()
    desktop.page.element("#number").send_keys(number[:4], " ", number[4:], Keys.ENTER)
    for position in range(11, 31):
        desktop.until_question(position)
        chosen.append(desktop.pictures()[place_of(position)])
        desktop.press(str(place_of(position) + 1), Keys.ENTER)
    desktop.until_done("All your answers have been saved")
    assert desktop.page.console_errors() == [
        error for error in desktop.page.console_errors() if "api/progress" in error
    ]

    given = collect(server.key, tmp_path / "study").given
    assert sorted(given) == sorted((number, each.number) for each in server.key.questions)
    assert len(given) == 30
    images = json.loads(
        re.search(r'id="study">(.*?)</', (tmp_path / "study/page/index.html").read_text())[1]
    )["images"]
    recorded = [images[answer.ranking[0]] for answer in given.values()]
    assert sorted(recorded) == sorted(chosen)
    assert all(answer.milliseconds > 0 for answer in given.values())
    places = {answer.shown.index(answer.ranking[0]) for answer in given.values()}
    assert places == {0, 1, 2}


def test_without_a_server_the_answers_become_a_file(start_page, tmp_path):
    options = {"answer_kind": "ranking", "contact": "study@example.org"}
    key = write_study(tmp_path / "study", num_questions=2, num_repeats=1, num_controls=1, **options)
    person = Participant(start_page("--lang=en"))
    person.page.resize(PHONE)
    person.page.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    person.page.open((tmp_path / "study/page/index.html").as_uri())
    person.page.wait(lambda: person.page.element("#mode").is_displayed(), "No word of the mail")
    person.page.elements("#languages button")[1].click()
    assert "本页面没有连接服务器" in person.text("#mode")
    person.consent_and_start()
    assert "请对结果排序" in person.text("#criteria")
    orders = []
    for position in range(1, 5):
        person.until_question(position)
        pictures = person.pictures()
        person.tap(2)
        person.tap(0)  # the last one follows
        assert [badge.text for badge in person.page.elements(".result b")] == ["2", "3", "1"]
        person.tap(2)  # taken back
        assert not person.page.element("#next").is_enabled()
        person.tap(2)
        orders.append([pictures[place] for place in (0, 1, 2)])
        person.page.click("#next")
    person.until_done("请保存文件")
    write = person.page.element("#write").get_attribute("href")
    assert write.startswith("mailto:study@example.org?subject=")
    person.page.driver.refresh()  # nothing is lost
    person.until_done("请保存文件")
    person.page.click("#save")
    person.page.wait(lambda: list(tmp_path.glob("answers-*.json")), "No file is saved")
    [path] = tmp_path.glob("answers-*.json")
    answers = collect(key, tmp_path / "study", [path])
    assert sorted(question for _, question in answers.given) == sorted(
        each.number for each in key.questions
    )
    [participant] = answers.participants.values()
    assert participant.language == "zh" and not participant.simulated
    assert path.name == f"answers-{participant.participant}.json"
    images = json.loads(
        re.search(r'id="study">(.*?)</', (tmp_path / "study/page/index.html").read_text())[1]
    )["images"]
    recorded = [[images[number] for number in each.ranking] for each in answers.given.values()]
    assert sorted(recorded) == sorted(orders)
    assert person.page.console_errors() == []
