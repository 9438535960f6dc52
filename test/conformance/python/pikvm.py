"""
PiKVM's client of uStreamer (kvmd/clients/streamer.py), by its rules and with its library:
`pikvm.py stream|snapshot|json URL COUNT`.

Of a snapshot and of each part of a stream it wants X-UStreamer-Online, -Width and -Height.
"""
import asyncio
import base64
import json
import sys

import aiohttp


def picture(headers, data):
    if headers["X-UStreamer-Online"] not in ("true", "false"):
        sys.exit(f"X-UStreamer-Online is {headers['X-UStreamer-Online']}")
    if int(headers["X-UStreamer-Width"]) <= 0 or int(headers["X-UStreamer-Height"]) <= 0:
        sys.exit("a picture without a size")
    return base64.b64encode(data).decode()


async def main(kind, url, count):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        if response.status != 200:
            sys.exit(f"the status is {response.status}")
        if kind == "json":
            return await response.json()
        if kind == "snapshot":
            return [picture(response.headers, await response.read())]
        reader = aiohttp.MultipartReader.from_response(response)
        pictures = []
        while len(pictures) < count:
            part = await reader.next()
            if not isinstance(part, aiohttp.BodyPartReader):
                sys.exit("expected a body part")
            data = bytes(await part.read())
            if not data:
                sys.exit("reached the end")
            pictures.append(picture(part.headers, data))
        return pictures


try:
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
except KeyError as error:
    sys.exit(f"there is no {error.args[0]}")
