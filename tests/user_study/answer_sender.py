"""Run as a program: sends the answers of some participants until a study's server has them all.

python -I answer_sender.py URL QUESTIONS JOURNAL PARTICIPANT ...

QUESTIONS is a JSON file {question: [picture, ...]}; the participant's number decides the answer.
What the server has acknowledged is written to JOURNAL. A process that is killed and started again
goes on where the server's answers end. Standard library only: 50 of these start in a few seconds.
"""

import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit


class Sender:
    def __init__(self, url):
        self._address = urlsplit(url).netloc
        self._connection = None

    def post(self, path, body):
        """(status, JSON), however often the server is killed meanwhile."""
        while True:
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPConnection(self._address, timeout=60)
                headers = {"Content-Type": "application/json"}
                self._connection.request("POST", f"/api/{path}", json.dumps(body), headers)
                answer = self._connection.getresponse()
                return answer.status, json.loads(answer.read())
            except (OSError, http.client.HTTPException):
                self._connection = None
                time.sleep(0.1)

    def close(self):
        if self._connection is not None:
            self._connection.close()


def choice_of(participant, pictures):
    """The picture that a participant chooses."""
    return pictures[int(participant) % len(pictures)]


def main(url, questions, journal, *participants):
    sender = Sender(url)
    with open(questions) as file:
        asked = json.load(file)
    acknowledged = os.open(journal, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for participant in participants:
        body = {"participant": participant, "language": "en", "consent": True}
        assert sender.post("participants", body)[0] == 200
        answered = set(sender.post("progress", body)[1]["answered"])
        for question, pictures in asked.items():
            if question in answered:
                continue
            body = {"participant": participant, "question": question, "milliseconds": 1}
            body |= {"ranking": [choice_of(participant, pictures)], "shown": pictures}
            status, told = sender.post("answers", body)
            assert status == 200, told
            os.write(acknowledged, f"{participant} {question}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
