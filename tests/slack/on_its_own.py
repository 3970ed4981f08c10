"""Our adapter in a process of its own: says one thing in one channel, with a mark."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from bot.reply import say
from tests.fake_slack import FakeSlack
from tests.slack.served import Clock, Served


def main(api_url: str, channel: str, mark: str) -> None:
    nobody = FakeSlack()  # never served: what tokens there are is read from it
    with Served(nobody, Clock(datetime.now(UTC)), api_url=api_url) as bot:
        print(bot.slack.post(channel, say("the consent is lost"), mark=mark))


if __name__ == "__main__":
    main(*sys.argv[1:])
