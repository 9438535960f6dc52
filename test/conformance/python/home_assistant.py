"""
Home Assistant's MJPEG camera (homeassistant/components/mjpeg/camera.py), by its rules and with its library:
`home_assistant.py stream|snapshot URL COUNT`.

A stream is proxied as it comes, in reads of up to 102,400 bytes, with its Content-Type; and where no address of
a still image is set, one picture is cut out of it by the JPEG's markers.
"""
import asyncio
import base64
import json
import sys

import aiohttp

READ = 102_400


async def proxied(session, url, count):
    """What Home Assistant's own clients would get, until `count` parts and the beginning of another are there."""
    data = b""
    async with session.get(url) as response:
        response.raise_for_status()
        while data.count(b"\r\nContent-Length: ") <= count:
            more = await asyncio.wait_for(response.content.read(READ), 10)
            if not more:
                sys.exit("the stream ended")
            data += more
        return response.headers["Content-Type"], data


async def cut_out(session, url):
    """The first picture of a stream."""
    data = b""
    async with session.get(url) as response:
        response.raise_for_status()
        async for chunk in response.content.iter_chunked(READ):
            data += chunk
            end = data.find(b"\xff\xd9")
            start = data.find(b"\xff\xd8")
            if end != -1 and start != -1:
                return data[start:end + 2]
    sys.exit("the stream ended before a picture")


async def main(kind, url, count):
    async with aiohttp.ClientSession() as session:
        if kind == "stream":
            content_type, data = await proxied(session, url, count)
            picture = await cut_out(session, url)
            return {"type": content_type, "proxied": base64.b64encode(data).decode(), "picture": base64.b64encode(picture).decode()}
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as response:
            response.raise_for_status()
            return {"picture": base64.b64encode(await response.read()).decode()}


print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
